"""The moment in which a draft becomes a reply: what is fixed then stays the same for every attempt."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.reply import ReplyState
from cminbox.domain.saying import say
from cminbox.domain.text import repair, safe
from cminbox.domain.value import dataclass
from cminbox.store.answers import check_nobody_answers
from cminbox.store.conversations import known
from cminbox.store.events import next_change, record
from cminbox.store.refreshing import refresh
from cminbox.store.reply_moves import reply_row

if TYPE_CHECKING:
    import sqlite3

    from cminbox.domain.reply import StoredReply

_INSERT = """
INSERT INTO replies (
    conversation_id, account_id, state, answers, text, caret, agent, terminal, send_key, decided_at, decided_change,
    known_change, hold_until, released_by_sync, created_at, updated_at
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """An agent's will to send `text` in a conversation. Times are UTC milliseconds.

    `hold` is the undo window in milliseconds; 0 sends at once. `released_by_sync` leaves the end of the hold to the
    syncing process; otherwise the screen that made it ends it, and a screen that dies leaves it interrupted.

    `seen` is the change up to which the agent has seen the conversation, None when nobody knows. `accepted` is the
    change up to which he was told of others' answers and wants to send all the same.
    """

    conversation_id: int
    text: str
    agent: str
    terminal: str
    now: int
    hold: int
    caret: int = 0
    released_by_sync: bool = False
    seen: int | None = None
    accepted: int = 0


def decide(connection: sqlite3.Connection, decision: Decision) -> StoredReply:
    """Turn the agent's draft into a held (or queued) reply with its send key.

    Raises Problem, among them Answered when somebody else answers; the draft stays as it is then.
    """
    conversation_id, account_id = known(connection, decision.conversation_id)
    answers = _answered(connection, conversation_id, account_id, decision.text)
    check_nobody_answers(connection, conversation_id, decision)
    connection.execute(
        "DELETE FROM replies WHERE conversation_id = ? AND agent = ? AND terminal = ? AND state = 'draft'",
        (conversation_id, decision.agent, decision.terminal),
    )
    state = ReplyState.HELD if decision.hold > 0 else ReplyState.QUEUED
    change = next_change(connection)
    values = (
        conversation_id,
        account_id,
        state.value,
        answers,
        repair(decision.text),
        decision.caret,
        decision.agent,
        decision.terminal,
        os.urandom(16).hex(),
        decision.now,
        change,
        change,
        decision.now + decision.hold if decision.hold > 0 else None,
        decision.released_by_sync,
        decision.now,
        decision.now,
    )
    (reply_id,) = connection.execute(_INSERT, values).fetchone()
    refresh(connection, conversation_id, change, decision.now)
    record(
        connection,
        "reply",
        at=decision.now,
        agent=decision.agent,
        account_id=account_id,
        conversation_id=conversation_id,
        after={"reply": reply_id, "state": state.value},
    )
    return reply_row(connection, reply_id)


def _answered(connection: sqlite3.Connection, conversation_id: int, account_id: int, text: str) -> str:
    """Return the remote id of the message that is answered, once it is clear that a reply can be sent at all."""
    name, connected_at = connection.execute(
        "SELECT name, connected_at FROM accounts WHERE id = ?", (account_id,)
    ).fetchone()
    if connected_at is None:
        raise Problem(
            say("{account} is not connected, so nothing can be sent; see cminbox accounts add", account=safe(name))
        )
    if not text.strip():
        raise Problem(say("The reply is empty"))
    row = connection.execute(
        "SELECT remote_id FROM messages WHERE conversation_id = ? AND deleted_at IS NULL"
        " ORDER BY ours, arrived_at DESC, created_at DESC, remote_id DESC LIMIT 1",
        (conversation_id,),
    ).fetchone()
    if row is None:
        # A private exchange that we begin answers what was said in public.
        row = connection.execute(
            "SELECT post FROM conversations WHERE id = ? AND kind = 'dm' AND post IS NOT NULL", (conversation_id,)
        ).fetchone()
    if row is None:
        raise Problem(say("Every message of conversation {id} was deleted", id=conversation_id))
    return str(row[0])
