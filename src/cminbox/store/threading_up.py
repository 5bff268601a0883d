"""Which conversation a message belongs to, whatever the order in which its relatives arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from cminbox.domain.message import Message


def conversation_for(connection: sqlite3.Connection, account_id: int, message: Message, person_id: int) -> int:
    """Return the conversation that a message joins, made when there is none yet.

    The network's own key wins. Else the chain of parents decides: a parent that is not known yet lends its id as the
    key, so that all who answer it meet in one conversation, which the parent joins when it arrives.
    """
    key = message.conversation
    if key is None:
        parent = None if message.parent == message.post else message.parent
        if parent is None:
            key = message.remote_id
        else:
            found = connection.execute(
                "SELECT conversation_id FROM messages WHERE account_id = ? AND remote_id = ?",
                (account_id, parent),
            ).fetchone()
            if found is not None:
                return int(found[0])
            key = parent
    found = connection.execute(
        "SELECT id FROM conversations WHERE account_id = ? AND key = ?",
        (account_id, key),
    ).fetchone()
    if found is None:
        found = connection.execute(
            "INSERT INTO conversations (account_id, key, kind, person_id, post) VALUES (?, ?, ?, ?, ?) RETURNING id",
            (account_id, key, message.kind.value, person_id, message.post),
        ).fetchone()
    elif not message.ours:
        # A conversation that began with our own words belongs to the customer who speaks in it.
        connection.execute(
            "UPDATE conversations SET person_id = ?, post = coalesce(post, ?) WHERE id = ?"
            " AND NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = ? AND NOT ours)",
            (person_id, message.post, found[0], found[0]),
        )
    return int(found[0])


def merge_orphans(
    connection: sqlite3.Connection,
    account_id: int,
    message: Message,
    conversation_id: int,
    touched: dict[int, bool],
) -> int:
    """Join the conversation that waited under this message's id, if any, to the one it belongs to.

    Returns the conversation that remains; `touched` (conversation to whether a customer wrote) is kept in step.
    """
    if message.conversation is not None:
        return conversation_id
    row = connection.execute(
        "SELECT id FROM conversations WHERE account_id = ? AND key = ? AND id <> ?",
        (account_id, message.remote_id, conversation_id),
    ).fetchone()
    if row is None:
        return conversation_id
    orphan = int(row[0])
    _merge_drafts(connection, orphan, conversation_id)
    for table in ("messages", "replies", "notes", "events", "acts"):
        connection.execute(
            f"UPDATE {table} SET conversation_id = ? WHERE conversation_id = ?",  # noqa: S608 - constants
            (conversation_id, orphan),
        )
    connection.execute(
        "INSERT OR IGNORE INTO tags SELECT ?, tag FROM tags WHERE conversation_id = ?",
        (conversation_id, orphan),
    )
    connection.execute(
        "UPDATE conversations AS k SET assignee = coalesce(k.assignee, o.assignee),"
        " handled_at = max(k.handled_at, o.handled_at)"
        " FROM (SELECT assignee, handled_at FROM conversations WHERE id = ?) AS o WHERE k.id = ?",
        (orphan, conversation_id),
    )
    connection.execute("DELETE FROM conversations WHERE id = ?", (orphan,))
    touched[conversation_id] = touched.pop(orphan, False) or touched.get(conversation_id, False)
    return conversation_id


def _merge_drafts(connection: sqlite3.Connection, orphan: int, conversation_id: int) -> None:
    """Put an agent's two drafts into one, so that none is lost: there is one per agent, terminal and conversation."""
    rows = connection.execute(
        "SELECT o.id, o.text, k.id FROM replies o JOIN replies k"
        " ON k.agent = o.agent AND k.terminal = o.terminal AND k.state = 'draft' AND k.conversation_id = ?"
        " WHERE o.conversation_id = ? AND o.state = 'draft'",
        (conversation_id, orphan),
    ).fetchall()
    for orphaned, text, kept in rows:
        connection.execute("UPDATE replies SET text = text || char(10) || ? WHERE id = ?", (text, kept))
        connection.execute("DELETE FROM replies WHERE id = ?", (orphaned,))
