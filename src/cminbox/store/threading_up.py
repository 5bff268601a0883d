"""Which conversation a message belongs to, whatever the order in which its relatives arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.store.erasing import mark_of
from cminbox.store.merging import merge

if TYPE_CHECKING:
    import sqlite3

    from cminbox.domain.message import Message


def conversation_for(
    connection: sqlite3.Connection,
    account_id: int,
    message: Message,
    person_id: int,
    change: int,
) -> tuple[int, int | None]:
    """Return the conversation that a new message joins, and another one that was merged into it, if any.

    The network's own key wins. Else the chain of parents decides: a parent that is not known yet lends its id as the
    key, so that all who answer it meet in one conversation, which the parent joins when it arrives.
    """
    found, key, rooted = _place(connection, account_id, message)
    own = rooted and key == message.remote_id
    waiting = found if own else _find(connection, account_id, message.remote_id, rooted=True)
    if found is None and waiting is not None:
        # Answers came before what they answer: their conversation gets its true key and keeps its number.
        connection.execute("UPDATE conversations SET key = ?, rooted = ? WHERE id = ?", (key, rooted, waiting))
        found = waiting
    elif found is None:
        found = _start(connection, account_id, message, person_id, key, rooted=rooted)
    elif waiting is not None and waiting != found:
        merge(connection, waiting, found, change)
        _take_post(connection, found, message.post)
        return found, waiting
    _take_post(connection, found, message.post)
    return found, None


def _place(connection: sqlite3.Connection, account_id: int, message: Message) -> tuple[int | None, str, bool]:
    """Return the conversation that is there for a message, else None, with the key that it has or would have.

    Keys of the network and ids of root messages are told apart: nothing keeps a network from using one text as both.
    """
    if message.conversation is not None:
        key, rooted = message.conversation, False
        return _find(connection, account_id, key, rooted=rooted), key, rooted
    parent = None if message.parent == message.post else message.parent
    if parent is None or parent == message.remote_id:
        return _find(connection, account_id, message.remote_id, rooted=True), message.remote_id, True
    row = connection.execute(
        "SELECT c.id, c.key, c.rooted FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " WHERE m.account_id = ? AND m.remote_id IN (?, ?)",
        (account_id, parent, mark_of(parent)),
    ).fetchone()
    if row is not None:
        return row[0], row[1], bool(row[2])
    return _find(connection, account_id, parent, rooted=True), parent, True


def _find(connection: sqlite3.Connection, account_id: int, key: str, *, rooted: bool) -> int | None:
    row = connection.execute(
        "SELECT id FROM conversations WHERE account_id = ? AND rooted = ? AND key = ?",
        (account_id, rooted, key),
    ).fetchone()
    return None if row is None else int(row[0])


def _start(
    connection: sqlite3.Connection, account_id: int, message: Message, person_id: int, key: str, *, rooted: bool
) -> int:
    (conversation_id,) = connection.execute(
        "INSERT INTO conversations (account_id, key, rooted, kind, person_id) VALUES (?, ?, ?, ?, ?) RETURNING id",
        (account_id, key, rooted, message.kind.value, person_id),
    ).fetchone()
    return int(conversation_id)


def _take_post(connection: sqlite3.Connection, conversation_id: int, post: str | None) -> None:
    if post is not None:
        connection.execute(
            "UPDATE conversations SET post = ? WHERE id = ? AND post IS NULL",
            (post, conversation_id),
        )
