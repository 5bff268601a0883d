"""Persons as the store knows them: what they wrote, when, and what was noted about them. All of it by indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.conversation import Note
from cminbox.domain.message import Person
from cminbox.domain.value import dataclass
from cminbox.store.conversations import known
from cminbox.store.merging import survivor

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from cminbox.store.database import Database

MOST_COUNTED = 1_000
"""Beyond so many messages nobody counts: it would cost time on every row."""
_LOOKED_AT = 300
_NEWEST = "SELECT conversation_id FROM messages WHERE person_id = ? ORDER BY arrived_at DESC LIMIT ?"
_PRIVATE = """
SELECT m.conversation_id FROM messages m JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'dm'
WHERE m.person_id = ? AND m.ours = 0 ORDER BY m.arrived_at DESC LIMIT 1
"""
_BEGIN = """
INSERT INTO conversations (account_id, key, rooted, kind, person_id, status, post)
SELECT :account, :key, 0, 'dm', c.person_id, 'done', (
    SELECT remote_id FROM messages m WHERE m.conversation_id = c.id AND m.person_id = c.person_id
    AND m.deleted_at IS NULL ORDER BY m.arrived_at DESC, m.created_at DESC, m.remote_id DESC LIMIT 1
) FROM conversations c WHERE c.id = :id RETURNING id
"""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM messages WHERE person_id = ? LIMIT ?)"
_SPAN = (
    "SELECT (SELECT arrived_at FROM messages WHERE person_id = ?1 ORDER BY arrived_at LIMIT 1),"
    " (SELECT arrived_at FROM messages WHERE person_id = ?1 ORDER BY arrived_at DESC LIMIT 1)"
)
_KNOWN = """
SELECT p.id, p.remote_id, p.handle, p.name, p.followers, a.name, max(c.last_message_at) AS latest
FROM (SELECT person_id, last_message_at FROM conversations ORDER BY last_message_at DESC LIMIT ?) c
JOIN people p ON p.id = c.person_id JOIN accounts a ON a.id = p.account_id
WHERE p.remote_id NOT LIKE 'erased:%'
GROUP BY p.id ORDER BY latest DESC LIMIT ?
"""
_NAMED = """
SELECT p.id, p.remote_id, p.handle, p.name, p.followers, a.name,
       (SELECT arrived_at FROM messages m WHERE m.person_id = p.id ORDER BY arrived_at DESC LIMIT 1) AS latest
FROM people p JOIN accounts a ON a.id = p.account_id
WHERE (p.handle LIKE ?1 ESCAPE '\\' OR p.name LIKE ?1 ESCAPE '\\') AND p.remote_id NOT LIKE 'erased:%'
  AND p.remote_id <> 'own account' LIMIT ?2
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one person. Times are UTC milliseconds; `messages` is at most `MOST_COUNTED`."""

    person_id: int
    messages: int
    first_at: int | None
    last_at: int | None
    conversations: tuple[int, ...]
    """The newest conversations in which the person wrote, the newest first."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in a list: who, on which account, and when the last message came (UTC milliseconds)."""

    id: int
    person: Person
    account: str
    latest: int | None


class People:
    """Reads persons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_conversation(self, conversation_id: int) -> int | None:
        """Return the number of the person whom a conversation is with, None for a conversation that is none."""
        connection = self._database.read()
        found = connection.execute(
            "SELECT person_id FROM conversations WHERE id = ?", (survivor(connection, conversation_id),)
        ).fetchone()
        return None if found is None else int(found[0])

    def seen(self, person_id: int, *, conversations: int) -> Seen:
        """Return what a person wrote, with so many of the newest conversations."""
        connection = self._database.read()
        newest = connection.execute(_NEWEST, (person_id, _LOOKED_AT))
        (count,) = connection.execute(_COUNT, (person_id, MOST_COUNTED)).fetchone()
        first_at, last_at = connection.execute(_SPAN, (person_id,)).fetchone()
        ids = tuple(dict.fromkeys(int(row[0]) for row in newest))
        return Seen(person_id, int(count), first_at, last_at, ids[:conversations])

    def private_conversation(self, person_id: int) -> int | None:
        """Return the newest private conversation with a person, None where there is none."""
        found = self._database.read().execute(_PRIVATE, (person_id,)).fetchone()
        return None if found is None else int(found[0])

    def begin_private(self, conversation_id: int, key: str) -> int:
        """Return the private conversation of a network's key with whom a public conversation is with, made when new.

        A reply in a new one answers the newest message of the public one. Raises NotFound.
        """

        def work(connection: sqlite3.Connection) -> int:
            today, account_id = known(connection, conversation_id)
            found = connection.execute(
                "SELECT id FROM conversations WHERE account_id = ? AND rooted = 0 AND key = ?", (account_id, key)
            ).fetchone()
            if found is None:
                found = connection.execute(_BEGIN, {"account": account_id, "key": key, "id": today}).fetchone()
            return int(found[0])

        return self._database.write(work)

    def notes(self, conversation_ids: Sequence[int], *, limit: int) -> list[Note]:
        """Return the newest notes about some conversations, the newest first."""
        marks = ", ".join("?" * len(conversation_ids))
        rows = self._database.read().execute(
            f"SELECT id, agent, text, at FROM notes WHERE conversation_id IN ({marks})"  # noqa: S608 - marks alone
            " AND text <> '' ORDER BY id DESC LIMIT ?",
            (*conversation_ids, limit),
        )
        return [Note(*row) for row in rows]

    def latest(self, limit: int) -> list[Listed]:
        """Return the persons who were in touch last, the newest first."""
        rows = self._database.read().execute(_KNOWN, (limit * 4, limit))
        return [Listed(row[0], Person(*row[1:5]), row[5], row[6]) for row in rows]

    def named(self, part: str, limit: int) -> list[Listed]:
        """Return the persons in whose handle or name some letters stand, those who were in touch last first."""
        wanted = "".join(f"\\{letter}" if letter in "%_\\" else letter for letter in part)
        rows = self._database.read().execute(_NAMED, (f"%{wanted}%", limit))
        found = [Listed(row[0], Person(*row[1:5]), row[5], row[6]) for row in rows]
        return sorted(found, key=lambda one: -(one.latest or 0))
