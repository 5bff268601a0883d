"""The moves of a reply inside a transaction: each checked, recorded, and shown by its conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import NotFound, Problem
from cminbox.domain.reply import WHEN_OLDER, Receipt, ReplyState, StoredReply, check_move
from cminbox.domain.saying import say
from cminbox.store.drafts import COLUMNS, stored_reply
from cminbox.store.events import next_change, record
from cminbox.store.refreshing import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from cminbox.domain.saying import Saying

_FETCHED = """
SELECT remote_id, permalink FROM messages m
WHERE conversation_id = ? AND ours AND text = ? AND first_change > (SELECT decided_change FROM replies WHERE id = ?)
AND NOT EXISTS (
    SELECT 1 FROM replies r WHERE r.conversation_id = m.conversation_id AND r.remote_id = m.remote_id
)
ORDER BY first_change LIMIT 1
"""
_PUT_OFF_SINCE = """
SELECT 1 FROM conversations c WHERE c.id = ? AND c.status = 'snoozed' AND EXISTS (
    SELECT 1 FROM events e WHERE e.conversation_id = c.id AND e.what = 'status' AND e.at >= ? AND e.undone_by IS NULL
    AND json_extract(e.after, '$.status') = 'snoozed'
)
"""
_FAILED = frozenset({ReplyState.REFUSED, ReplyState.UNKNOWN})


def reply_row(connection: sqlite3.Connection, reply_id: int) -> StoredReply:
    """Return a reply. Raises NotFound."""
    row = connection.execute(f"SELECT {COLUMNS} FROM replies WHERE id = ?", (reply_id,)).fetchone()  # noqa: S608 - constants
    if row is None:
        raise NotFound(say("There is no reply {id}", id=reply_id))
    return stored_reply(row)


def move(
    connection: sqlite3.Connection,
    row: StoredReply,
    state: ReplyState,
    *,
    now: int,
    values: Mapping[str, Any],
    agent: str | None = None,
) -> None:
    """Bring a reply to another state. Raises ForbiddenMoveError.

    The conversation of a reply that failed comes back into the queue: somebody has to look at it. `now` is UTC
    milliseconds.
    """
    check_move(row.state, state)
    write(connection, row, {"state": state.value, **values}, now=now)
    record(
        connection,
        "reply",
        at=now,
        agent=agent,
        account_id=row.account_id,
        conversation_id=row.conversation_id,
        before={"reply": row.id, "state": row.state.value},
        after={"reply": row.id, "state": state.value},
    )
    if state in _FAILED:
        _set_status(connection, row, "open", because=state.value, now=now)


def write(connection: sqlite3.Connection, row: StoredReply, values: Mapping[str, Any], *, now: int) -> None:
    """Store values of a reply that stays in its state. `now` is UTC milliseconds."""
    columns = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(
        f"UPDATE replies SET {columns}, updated_at = :now WHERE id = :id",  # noqa: S608 - column names of this package
        {**values, "now": now, "id": row.id},
    )
    refresh(connection, row.conversation_id, next_change(connection), now)


def record_receipt(connection: sqlite3.Connection, row: StoredReply, receipt: Receipt, now: int) -> None:
    """Record that a reply exists on the network. A second word of the same receipt changes nothing."""
    if row.state is ReplyState.SENT and row.remote_id == receipt.remote_id:
        return
    values = {
        "remote_id": receipt.remote_id,
        "permalink": receipt.permalink,
        "reason": None,
        "holder": None,
        "next_try_at": None,
    }
    move(connection, row, ReplyState.SENT, now=now, values=values)
    change = next_change(connection)
    _add_own_message(connection, row, receipt, now, change)
    # Somebody may have written while it was being sent, and a fetch may have taken our reply for an answer to that.
    unanswered = refresh(connection, row.conversation_id, change, now).unanswered
    _set_status(connection, row, "open" if unanswered else _answered(connection, row), because="answered", now=now)


def record_word(connection: sqlite3.Connection, row: StoredReply, *, agent: str, now: int) -> None:
    """Record a person's word that a reply in doubt was published. Raises Problem for a reply that is in no doubt.

    `now` is UTC milliseconds.
    """
    if row.state is not ReplyState.UNKNOWN:
        raise Problem(
            say("Reply {id} is {state}; only an unknown one can be said to be sent", id=row.id, state=row.state)
        )
    fetched = connection.execute(_FETCHED, (row.conversation_id, row.text, row.id)).fetchone()
    values = dict.fromkeys(("reason", "holder", "next_try_at"))
    if fetched is not None:
        values |= {"remote_id": fetched[0], "permalink": fetched[1]}
    move(connection, row, ReplyState.SENT, now=now, values=values, agent=agent)
    connection.execute(
        "UPDATE conversations SET handled_change = max(handled_change,"
        " (SELECT decided_change FROM replies WHERE id = ?)) WHERE id = ?",
        (row.id, row.conversation_id),
    )
    unanswered = refresh(connection, row.conversation_id, next_change(connection), now).unanswered
    _set_status(connection, row, "open" if unanswered else _answered(connection, row), because="answered", now=now)


def put_in_doubt(connection: sqlite3.Connection, row: StoredReply, reason: Saying, *, now: int) -> None:
    """Make a reply unknown that an older state of the database shows as on its way: see `domain.reply.WHEN_OLDER`.

    `now` is UTC milliseconds.
    """
    if row.state not in WHEN_OLDER:
        return
    values = {
        "state": ReplyState.UNKNOWN.value,
        "reason": reason.to_json(),
        "hold_until": None,
        "interrupted": 0,
        "holder": None,
        "insisted": 0,
        "next_try_at": now,
        "tried_at": row.decided_at if row.tried_at is None else row.tried_at,
        "doubtful_since": row.decided_at if row.doubtful_since is None else row.doubtful_since,
        "doubts": row.doubts + 1,
    }
    write(connection, row, values, now=now)
    record(
        connection,
        "reply",
        at=now,
        account_id=row.account_id,
        conversation_id=row.conversation_id,
        before={"reply": row.id, "state": row.state.value},
        after={"reply": row.id, "state": ReplyState.UNKNOWN.value},
    )
    _set_status(connection, row, "open", because="unknown", now=now)


def _answered(connection: sqlite3.Connection, row: StoredReply) -> str:
    """Return the status of a conversation that was answered: done, unless it was put off since that was decided."""
    put_off = connection.execute(_PUT_OFF_SINCE, (row.conversation_id, row.decided_at)).fetchone()
    return "done" if put_off is None else "snoozed"


def _set_status(connection: sqlite3.Connection, row: StoredReply, status: str, *, because: str, now: int) -> None:
    (before,) = connection.execute("SELECT status FROM conversations WHERE id = ?", (row.conversation_id,)).fetchone()
    if before == status:
        return
    connection.execute(
        "UPDATE conversations SET status = ?, snoozed_until = NULL WHERE id = ?",
        (status, row.conversation_id),
    )
    record(
        connection,
        "status",
        at=now,
        account_id=row.account_id,
        conversation_id=row.conversation_id,
        before={"status": before},
        after={"status": status, "because": because},
    )
    refresh(connection, row.conversation_id, next_change(connection), now)


def _add_own_message(connection: sqlite3.Connection, row: StoredReply, receipt: Receipt, now: int, change: int) -> None:
    """Store what was published. It answers what was here when the agent decided, not what came while it was sent."""
    (handle,) = connection.execute("SELECT handle FROM accounts WHERE id = ?", (row.account_id,)).fetchone()
    (person_id,) = connection.execute(
        "INSERT INTO people (account_id, remote_id, handle, name) VALUES (?, 'own account', ?, ?)"
        " ON CONFLICT DO UPDATE SET handle = excluded.handle RETURNING id",
        (row.account_id, handle, handle),
    ).fetchone()
    connection.execute(
        "INSERT INTO messages (account_id, conversation_id, remote_id, person_id, kind, text, created_at, arrived_at,"
        " ours, answers_change, parent, permalink, first_change)"
        " SELECT r.account_id, r.conversation_id, ?, ?, c.kind, r.text, ?, ?, 1, r.decided_change, r.answers, ?, ?"
        " FROM replies r JOIN conversations c ON c.id = r.conversation_id WHERE r.id = ?"
        " ON CONFLICT (account_id, remote_id) DO UPDATE"
        " SET answers_change = excluded.answers_change, answers_through = NULL",
        (
            receipt.remote_id,
            person_id,
            receipt.created_at if receipt.created_at is not None else now,
            now,
            receipt.permalink,
            change,
            row.id,
        ),
    )
