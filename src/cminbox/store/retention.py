"""How long what a network gave may be kept: what must go goes by itself, its figures and its place stay.

Networks say for how many seconds their data may be kept without being asked for again (`Manifest.kept_for`): what
people wrote, and who they are. Each row that holds such data has its end in `retained`, moved on whenever the network
gives it again. What is gone keeps its ids and times, so that it is recognised when it comes again, can still be
answered, and counts in every figure. What somebody imported, wrote or noted himself has no end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.folding import folded
from cminbox.domain.network import PROFILES, WORDS
from cminbox.store.events import next_change
from cminbox.store.refreshing import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cminbox.store.database import Database

MESSAGE = "message"
PERSON = "person"
CONTEXT = "context"
PICK = "pick"
"""What a row of `retained` may stand for: a message's words, a person's names, what was around a conversation, and the
words by which a canned reply was picked."""
BATCH = 200
_FEWEST_MOVED = 10
"""An end is moved once a tenth of the time has passed: pollers are given the same messages again and again."""
_MERGED_PAGES = 500
_KEPT_FOR = f"""
SELECT json_extract(manifest, '$.kept_for.{WORDS}'), json_extract(manifest, '$.kept_for.{PROFILES}')
FROM accounts WHERE id = ?
"""  # noqa: S608 - constants
_KEEP = """
INSERT INTO retained (what, id, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until
WHERE until IS NULL OR excluded.until - until > ?
"""
_DUE = "SELECT what, id FROM retained WHERE until <= ? ORDER BY until LIMIT ?"
_TOUCHED_BY_MESSAGE = "SELECT conversation_id FROM messages WHERE id = ?"
_NO_WORDS = "UPDATE messages SET text = '', attachments = '[]', permalink = NULL WHERE id = ?"
_NO_EARLIER_WORDS = """
UPDATE events SET before = json_remove(before, '$.text')
WHERE conversation_id = (SELECT conversation_id FROM messages WHERE id = ?1) AND what = 'edited'
AND json_extract(before, '$.message') = ?1
"""


class Retention:
    """The ends of what one account's network gives, inside a transaction. `now` is UTC milliseconds."""

    def __init__(self, connection: sqlite3.Connection, account_id: int, now: int) -> None:
        self._connection = connection
        self._now = now
        words, profiles = connection.execute(_KEPT_FOR, (account_id,)).fetchone() or (None, None)
        self._seconds = {MESSAGE: words, CONTEXT: words, PICK: words, PERSON: profiles}

    def ends(self, what: str) -> bool:
        """Whether the network sets an end to something."""
        return bool(self._seconds[what])

    def keep(self, what: str, row_id: int) -> None:
        """Let a row be kept for as long as the network allows, counted from now. Free where it sets no end."""
        seconds = self._seconds[what]
        if seconds:
            milliseconds = int(seconds) * 1000
            until = self._now + milliseconds
            self._connection.execute(_KEEP, (what, row_id, until, milliseconds // _FEWEST_MOVED))


def is_due(database: Database, now: int) -> bool:
    """Whether something may not be kept any longer. One look at an index."""
    return database.read().execute(_DUE, (now, 1)).fetchone() is not None


def purge(database: Database, now: int, *, limit: int = BATCH) -> bool:
    """Let go of what may not be kept any longer, so many rows in one transaction; True when there may be more."""

    def work(connection: sqlite3.Connection) -> bool:
        # What is freed is overwritten; otherwise it would stay readable in the file.
        connection.execute("PRAGMA secure_delete = ON")
        due = connection.execute(_DUE, (now, limit)).fetchall()
        touched: set[int] = set()
        for what, row_id in due:
            touched.update(_LET_GO[what](connection, row_id))
        ends = "UPDATE retained SET until = NULL WHERE what = ? AND id = ?"
        connection.executemany(ends, [row for row in due if row[0] == MESSAGE])
        connection.executemany(
            "DELETE FROM retained WHERE what = ? AND id = ?", [row for row in due if row[0] != MESSAGE]
        )
        if touched:
            change = next_change(connection)
            for conversation_id in sorted(touched):
                refresh(connection, conversation_id, change, now)
        if due:
            # The words of a changed row stay in the segments of an index until these are merged; a negative number
            # merges all of them, so many pages at a time, and goes on where it was.
            for index in ("messages_text", "unspaced_text", "names"):
                connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', -{_MERGED_PAGES})")  # noqa: S608 - constants
        return len(due) == limit

    return database.write(work)


def gone(database: Database, account_id: int, remote_ids: Sequence[str]) -> set[str]:
    """Return which messages of an account, by the network's ids, had to lose their words."""
    found = database.read()
    query = (
        "SELECT 1 FROM messages m JOIN retained r ON r.what = 'message' AND r.id = m.id AND r.until IS NULL"
        " WHERE m.account_id = ? AND m.remote_id = ?"
    )
    return {one for one in remote_ids if found.execute(query, (account_id, one)).fetchone() is not None}


def _words(connection: sqlite3.Connection, message_id: int) -> Iterable[int]:
    connection.execute(_NO_EARLIER_WORDS, (message_id,))
    connection.execute(_NO_WORDS, (message_id,))
    return [row[0] for row in connection.execute(_TOUCHED_BY_MESSAGE, (message_id,))]


def _names(connection: sqlite3.Connection, person_id: int) -> Iterable[int]:
    row = connection.execute("SELECT remote_id FROM people WHERE id = ?", (person_id,)).fetchone()
    if row is None:
        return ()
    # The network's own id stays: it is no profile, and without it nobody could be answered.
    connection.execute(
        "UPDATE people SET handle = remote_id, name = '', followers = NULL, folded = ? WHERE id = ?",
        (folded(f"{row[0]}\n"), person_id),
    )
    return [found[0] for found in connection.execute("SELECT id FROM conversations WHERE person_id = ?", (person_id,))]


def _around(connection: sqlite3.Connection, event_id: int) -> Iterable[int]:
    connection.execute("UPDATE events SET after = NULL WHERE id = ?", (event_id,))
    return ()


def _pick(connection: sqlite3.Connection, pick_id: int) -> Iterable[int]:
    connection.execute("DELETE FROM picks WHERE id = ?", (pick_id,))
    return ()


_LET_GO: Mapping[str, Callable[[sqlite3.Connection, int], Iterable[int]]] = {
    MESSAGE: _words,
    PERSON: _names,
    CONTEXT: _around,
    PICK: _pick,
}
