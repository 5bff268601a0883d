"""What was learnt: which canned reply answered which words of a message, and how often each reply was picked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.text import repair
from cminbox.domain.value import dataclass
from cminbox.store.merging import survivor
from cminbox.store.retention import PICK, Retention

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from concurrent.futures import Future

    from cminbox.store.database import Database

_AUTHOR = """
SELECT m.person_id, m.account_id FROM messages m WHERE m.conversation_id = ? AND NOT m.ours
ORDER BY m.arrived_at DESC, m.id DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Pick:
    """One pick: the words of a message (folded, without names and links) and the reply that answered it.

    `lang` is the language that the network told, None where it told none.
    """

    id: int
    reply: str
    words: str
    lang: str | None


@dataclass(frozen=True, slots=True)
class Picked:
    """How often a reply was picked, and when last (UTC milliseconds)."""

    times: int
    last_at: int


class Picks:
    """Keeps picks. `forgotten` changes whenever one goes, whoever took it away. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_soon(
        self, reply: str, words: str, *, lang: str | None, conversation_id: int, sent_as: int | None, now: int
    ) -> Future[int]:
        """Keep a pick; nobody waits. The future gives its number when it is on disk.

        `sent_as` is the number of the reply that goes out: when that is taken back, the pick goes too.
        """

        def work(connection: sqlite3.Connection) -> int:
            author = connection.execute(_AUTHOR, (survivor(connection, conversation_id),)).fetchone()
            row = (reply, repair(words), lang, None if author is None else author[0], sent_as, now)
            cursor = connection.execute(
                "INSERT INTO picks (reply, words, lang, person_id, sent_as, at) VALUES (?, ?, ?, ?, ?, ?)", row
            )
            number = int(cursor.lastrowid or 0)
            if author is not None:
                Retention(connection, author[1], now).keep(PICK, number)
            return number

        return self._database.submit(work)

    def since(self, number: int, *, limit: int) -> list[Pick]:
        """Return the picks after a number in their order: when there are more than `limit`, the newest of them."""
        rows = self._database.read().execute(
            "SELECT id, reply, words, lang FROM picks WHERE id > ? ORDER BY id DESC LIMIT ?", (number, limit)
        )
        return [Pick(*row) for row in reversed(rows.fetchall())]

    def forgotten(self) -> int:
        """Return a number that grows whenever a pick is forgotten."""
        row = self._database.read().execute("SELECT value FROM facts WHERE name = 'picks forgotten'").fetchone()
        return 0 if row is None else int(row[0])

    def picked(self) -> dict[str, Picked]:
        """Return how often each reply was picked; replies that never were are missing."""
        rows = self._database.read().execute("SELECT reply, times, last_at FROM picked WHERE times > 0")
        return {reply: Picked(times, last_at) for reply, times, last_at in rows}

    def forget(self, replies: Sequence[str]) -> int:
        """Forget everything that was learnt for these replies, figures too; return how many picks that were."""

        def work(connection: sqlite3.Connection) -> int:
            gone = 0
            for reply in replies:
                gone += connection.execute("DELETE FROM picks WHERE reply = ?", (reply,)).rowcount
                connection.execute("DELETE FROM picked WHERE reply = ?", (reply,))
            return gone

        return self._database.write(work)


def forget_person(connection: sqlite3.Connection, person_id: int) -> None:
    """Forget what a person's messages taught, inside a transaction; the figures stay."""
    connection.execute("DELETE FROM picks WHERE person_id = ?", (person_id,))
