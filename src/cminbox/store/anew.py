"""A review that its author changed after it was settled: he waits again, and what he said before keeps its place.

Most networks let people change what they wrote, and nobody waits because of that. A review is the exception: it has
one author, one place and one answer, and a changed review is the only way to say something more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.arrival import arrival
from cminbox.domain.message import Kind

if TYPE_CHECKING:
    import sqlite3

    from cminbox.domain.message import Message

_BEFORE = " before "
"""What stands behind the id of a review in the ids of its earlier words."""
_SETTLED = "SELECT unanswered = 0 FROM conversations WHERE id = ?"
_COPY = """
INSERT INTO messages (
    account_id, conversation_id, remote_id, person_id, kind, text, created_at, arrived_at, ours, parent, permalink,
    attachments, rating, lang, edited_at, first_change
)
SELECT account_id, conversation_id, remote_id || ? || ?, person_id, kind, text, created_at, arrived_at, ours, parent,
    permalink, attachments, rating, lang, edited_at, first_change
FROM messages WHERE id = ? RETURNING id, remote_id
"""
_ANSWERS = "UPDATE messages SET parent = ? WHERE conversation_id = ? AND ours AND parent = ?"
_AGAIN = "UPDATE messages SET created_at = ?, arrived_at = ?, first_change = ? WHERE id = ?"
DELETE = """
UPDATE messages SET deleted_at = :now WHERE account_id = :account AND deleted_at IS NULL
AND (remote_id = :id OR (remote_id > :id || ' before ' AND remote_id < :id || ' before!')) RETURNING conversation_id
"""
"""Marks a message as deleted, with what was said in its place before. Gives a row for each of them."""


def is_said_anew(connection: sqlite3.Connection, message: Message, known: tuple[object, ...]) -> bool:
    """Whether a message that is `known` (a row as ingestion reads it) is a settled review with other words or stars.

    The network has to say that it was edited: texts that are only written down in another way are no news.
    """
    _id, conversation_id, text, _link, _attachments, rating, edited_at, deleted_at = known
    if message.ours or message.kind is not Kind.REVIEW or deleted_at is not None:
        return False
    later = message.edited_at is not None and (not isinstance(edited_at, int) or message.edited_at > edited_at)
    if not later or (text, rating) == (message.text, message.rating):
        return False
    (settled,) = connection.execute(_SETTLED, (conversation_id,)).fetchone()
    return bool(settled)


def say_anew(
    connection: sqlite3.Connection, message: Message, known_id: int, *, last_complete: int | None, change: int, now: int
) -> int:
    """Let a review wait again from when it was changed, with its earlier words as a message before it.

    The answers stay with the words that they answered. Returns the row of the earlier words; `last_complete` and
    `now` are UTC milliseconds, `change` is the number of the transaction's change.
    """
    copy, earlier = connection.execute(_COPY, (_BEFORE, change, known_id)).fetchone()
    (conversation_id,) = connection.execute("SELECT conversation_id FROM messages WHERE id = ?", (known_id,)).fetchone()
    connection.execute(_ANSWERS, (earlier, conversation_id, message.remote_id))
    said_at = message.created_at if message.edited_at is None else message.edited_at
    connection.execute(_AGAIN, (said_at, arrival(said_at, last_complete, now), change, known_id))
    return int(copy)
