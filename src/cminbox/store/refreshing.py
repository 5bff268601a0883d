"""What a conversation shows of its messages and replies, worked out again after each change of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.sla.defaults import due, running_target

if TYPE_CHECKING:
    import sqlite3

_PREVIEW = 600

_MESSAGES = """
SELECT
    max(c.handled_at, coalesce(max(CASE WHEN m.ours THEN m.answers_through END), 0)),
    coalesce(max(m.arrived_at), 0),
    coalesce(max(m.ours), 0)
FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id AND m.deleted_at IS NULL
WHERE c.id = ?
"""
_UNANSWERED = """
SELECT count(*), min(arrived_at) FROM messages
WHERE conversation_id = ? AND arrived_at > ? AND NOT ours AND deleted_at IS NULL
"""
_SHOWN = """
SELECT substr(text, 1, ?) FROM messages WHERE conversation_id = ? AND deleted_at IS NULL
ORDER BY (arrived_at > ? AND NOT ours) DESC,
         CASE WHEN arrived_at > ? AND NOT ours THEN arrived_at ELSE -arrived_at END, id
LIMIT 1
"""
_REPLY = """
SELECT state FROM replies
WHERE conversation_id = ? AND state IN ('held', 'queued', 'sending', 'refused', 'unknown')
ORDER BY id DESC LIMIT 1
"""


def refresh(connection: sqlite3.Connection, conversation_id: int, change: int) -> int:
    """Work out a conversation's waiting time, due time, preview and place in the queue; return its unanswered count.

    A conversation is in the queue while it is open and no answer of ours is on its way. Called inside the
    transaction of the change; `change` is that transaction's number.
    """
    handled, latest, answered_before = connection.execute(_MESSAGES, (conversation_id,)).fetchone()
    unanswered, waiting = connection.execute(_UNANSWERED, (conversation_id, handled)).fetchone()
    preview = connection.execute(_SHOWN, (_PREVIEW, conversation_id, handled, handled)).fetchone()
    reply = connection.execute(_REPLY, (conversation_id,)).fetchone()
    kind, status = connection.execute(
        "SELECT kind, status FROM conversations WHERE id = ?",
        (conversation_id,),
    ).fetchone()
    due_at = None if waiting is None else due(Kind(kind), waiting)
    target = None if waiting is None else running_target(answered_before=bool(answered_before)).value
    on_its_way = reply is not None and reply[0] in {"held", "queued", "sending"}
    in_queue = status == "open" and not on_its_way
    connection.execute(
        "UPDATE conversations SET handled_at = ?, last_message_at = ?, unanswered = ?, waiting_since = ?, due = ?,"
        " target = ?, text = ?, reply_state = ?, queue_due = ?, change = ? WHERE id = ?",
        (
            handled,
            latest,
            unanswered,
            waiting,
            due_at,
            target,
            preview[0] if preview else "",
            reply[0] if reply else None,
            # An open conversation in which nobody waits (reopened by hand) stands behind those in which somebody does.
            (due_at if due_at is not None else latest + _NOBODY_WAITS) if in_queue else None,
            change,
            conversation_id,
        ),
    )
    return int(unanswered)


_NOBODY_WAITS = 365 * 24 * 3600 * 1000
