"""What a conversation shows of its messages and replies, worked out again after each change of them.

A customer's message waits for us until one of four things: an agent settled the conversation after the message was
here, we sent a reply that was decided on after it was here, we wrote elsewhere after it (or in answer to it), or it
is older than what an account brings along when it is connected. What was here is told by the number of the change
that stored it and not by times: a message may have been written before an agent's act and arrive after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.sla.defaults import due, running_target

if TYPE_CHECKING:
    import sqlite3

_PREVIEW = 600
_NOBODY_WAITS = 365 * 24 * 3600 * 1000

_CONVERSATION = "SELECT status, history_before, handled_change FROM conversations WHERE id = ?"
# Two clocks never agree: an answer counts as later than what it answers, whatever its own time says.
_ANSWERED = """
SELECT max(o.answers_change), max(max(coalesce(o.answers_through, 0), coalesce(p.arrived_at, 0))), count(*)
FROM messages o LEFT JOIN messages p
    ON o.answers_change IS NULL AND p.account_id = o.account_id AND p.remote_id = o.parent AND NOT p.ours
WHERE o.conversation_id = ? AND o.ours
"""
_WAITING = """
SELECT count(*), min(arrived_at) FROM messages
WHERE conversation_id = :id AND arrived_at > :time AND first_change > :change AND NOT ours AND deleted_at IS NULL
"""
_SHOWN = """
SELECT substr(text, 1, :preview) FROM messages
WHERE conversation_id = :id AND arrived_at > :time AND first_change > :change AND NOT ours AND deleted_at IS NULL
ORDER BY arrived_at, created_at, remote_id LIMIT 1
"""
_NEWEST = """
SELECT substr(text, 1, ?), arrived_at FROM messages WHERE conversation_id = ? AND deleted_at IS NULL
ORDER BY arrived_at DESC, created_at DESC, remote_id DESC LIMIT 1
"""
_OPENER = """
SELECT person_id, kind FROM messages WHERE conversation_id = ? AND ours = ?
ORDER BY arrived_at, created_at, remote_id LIMIT 1
"""
_REPLIES = """
SELECT state, interrupted, decided_at FROM replies
WHERE conversation_id = ? AND state IN ('held', 'queued', 'sending', 'refused', 'unknown') ORDER BY id DESC
"""


@dataclass(frozen=True, slots=True)
class _Waiting:
    unanswered: int
    since: int | None
    text: str | None
    answered_before: bool


@dataclass(frozen=True, slots=True)
class _Replies:
    state: str | None
    on_its_way: bool
    failed_at: int | None


def refresh(connection: sqlite3.Connection, conversation_id: int, change: int) -> int:
    """Work out a conversation's waiting time, due time, preview and place in the queue; return its unanswered count.

    A conversation is in the queue while it is open and no answer of ours is on its way. Called inside the
    transaction of the change; `change` is that transaction's number.
    """
    status, history_before, handled_change = connection.execute(_CONVERSATION, (conversation_id,)).fetchone()
    waiting = _waiting(connection, conversation_id, history_before, handled_change)
    newest, latest = connection.execute(_NEWEST, (_PREVIEW, conversation_id)).fetchone() or ("", 0)
    replies = _replies(connection, conversation_id)
    opener = _opener(connection, conversation_id)
    due_at = None if waiting.since is None or opener is None else due(Kind(opener[1]), waiting.since)
    connection.execute(
        "UPDATE conversations SET last_message_at = ?, unanswered = ?, waiting_since = ?, due = ?, target = ?,"
        " text = ?, reply_state = ?, queue_due = ?, change = ?, person_id = coalesce(?, person_id),"
        " kind = coalesce(?, kind) WHERE id = ?",
        (
            latest,
            waiting.unanswered,
            waiting.since,
            due_at,
            None if due_at is None else running_target(answered_before=waiting.answered_before).value,
            newest if waiting.text is None else waiting.text,
            replies.state,
            _place(due_at, replies, latest) if status == "open" and not replies.on_its_way else None,
            change,
            *(opener or (None, None)),
            conversation_id,
        ),
    )
    return waiting.unanswered


def _place(due_at: int | None, replies: _Replies, latest: int) -> int:
    """Return the order in the queue: the due time; a failed reply at the time it was meant for, others at the end.

    Nobody waits in an open conversation that was reopened by hand.
    """
    if due_at is not None:
        return due_at
    return latest + _NOBODY_WAITS if replies.failed_at is None else replies.failed_at


def _waiting(
    connection: sqlite3.Connection, conversation_id: int, history_before: int, handled_change: int
) -> _Waiting:
    answered_change, answered_time, ours = connection.execute(_ANSWERED, (conversation_id,)).fetchone()
    values = {
        "id": conversation_id,
        "time": max(history_before, answered_time or 0),
        "change": max(handled_change, answered_change or 0),
        "preview": _PREVIEW,
    }
    unanswered, since = connection.execute(_WAITING, values).fetchone()
    shown = connection.execute(_SHOWN, values).fetchone() if unanswered else None
    return _Waiting(unanswered, since, None if shown is None else shown[0], bool(ours))


def _replies(connection: sqlite3.Connection, conversation_id: int) -> _Replies:
    rows = connection.execute(_REPLIES, (conversation_id,)).fetchall()
    on_its_way = any(
        state in {"queued", "sending"} or (state == "held" and not interrupted) for state, interrupted, _ in rows
    )
    failed = [decided_at for state, interrupted, decided_at in rows if state in {"refused", "unknown"} or interrupted]
    return _Replies(rows[0][0] if rows else None, on_its_way, min(failed) if failed else None)


def _opener(connection: sqlite3.Connection, conversation_id: int) -> tuple[int, str] | None:
    """Return the person and kind of a conversation: of its first customer's message, of ours when there is none."""
    for ours in (0, 1):
        row: tuple[int, str] | None = connection.execute(_OPENER, (conversation_id, ours)).fetchone()
        if row is not None:
            return row
    return None
