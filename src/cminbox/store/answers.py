"""Answers of ours that somebody else gave, or is about to give: what a decision has to know, and a send to look at.

What an agent knows is told by the number of the change up to which he has seen the conversation, and not by times:
two clocks never agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Answered
from cminbox.domain.reply import HOLD_GRACE
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from cminbox.domain.reply import StoredReply
    from cminbox.store.deciding import Decision

_ON_ITS_WAY = """
SELECT agent FROM replies
WHERE conversation_id = :conversation AND (agent <> :agent OR terminal <> :terminal) AND decided_change > :accepted
AND (state IN ('queued', 'sending', 'unknown')
     OR (state = 'held' AND NOT interrupted AND (released_by_sync OR hold_until > :now - :grace)))
ORDER BY id DESC LIMIT 1
"""
_WRITING = """
SELECT agent FROM claims
WHERE conversation_id = :conversation AND (agent <> :agent OR terminal <> :terminal) AND until > :now
AND change > :accepted
"""
_NEWER = """
SELECT r.agent FROM messages m
LEFT JOIN replies r ON r.conversation_id = m.conversation_id AND r.remote_id = m.remote_id
WHERE m.conversation_id = :conversation AND m.ours AND m.deleted_at IS NULL AND m.first_change > :seen
AND (r.id IS NULL OR r.agent <> :agent OR r.terminal <> :terminal)
ORDER BY m.first_change DESC LIMIT 1
"""
# Without a word about what was seen: the last word is a colleague's, and nobody waits for another one.
_LAST_WORD = """
SELECT r.agent FROM conversations c
JOIN messages m ON m.id = (
    SELECT id FROM messages WHERE conversation_id = c.id AND deleted_at IS NULL
    ORDER BY arrived_at DESC, created_at DESC, remote_id DESC LIMIT 1
)
JOIN replies r ON r.conversation_id = c.id AND r.remote_id = m.remote_id
WHERE c.id = :conversation AND c.unanswered = 0 AND m.ours AND r.agent <> :agent AND m.first_change > :accepted
"""
_MEANWHILE = """
SELECT r.agent FROM messages m
LEFT JOIN replies r ON r.conversation_id = m.conversation_id AND r.remote_id = m.remote_id
WHERE m.conversation_id = :conversation AND m.ours AND m.deleted_at IS NULL
AND m.first_change > (SELECT coalesce(known_change, decided_change) FROM replies WHERE id = :id)
AND coalesce(r.id, :id) >= :id
ORDER BY m.first_change LIMIT 1
"""
_KNOWN = """
SELECT m.remote_id FROM messages m
LEFT JOIN replies r ON r.conversation_id = m.conversation_id AND r.remote_id = m.remote_id
WHERE m.account_id = :account AND m.ours
AND (m.first_change <= (SELECT coalesce(known_change, decided_change) FROM replies WHERE id = :id) OR r.id < :id)
AND m.remote_id IN (SELECT value FROM json_each(:ids))
"""
_ANOTHER = """
SELECT 1 FROM replies mine
WHERE mine.id = :id AND (
    EXISTS (SELECT 1 FROM replies r WHERE r.account_id = mine.account_id AND r.remote_id = :remote AND r.id <> mine.id)
    OR EXISTS (
        SELECT 1 FROM messages m
        WHERE m.account_id = mine.account_id AND m.remote_id = :remote AND m.first_change <= mine.decided_change
    )
)
"""


def check_nobody_answers(connection: sqlite3.Connection, conversation_id: int, decision: Decision) -> None:
    """Raise Answered when somebody else answers or has answered, unless the agent knows it and wants it all the same.

    Called inside the transaction of the decision, so that of two who decide at the same moment only one does.
    """
    values = {
        "conversation": conversation_id,
        "agent": decision.agent,
        "terminal": decision.terminal,
        "now": decision.now,
        "grace": HOLD_GRACE,
        "accepted": decision.accepted,
    }
    if (row := connection.execute(_ON_ITS_WAY, values).fetchone()) is not None:
        raise Answered(say("A reply of {agent} to this is on its way", agent=_name(row)))
    if (row := connection.execute(_WRITING, values).fetchone()) is not None:
        raise Answered(say("{agent} is writing an answer to this", agent=_name(row)))
    if decision.seen is None:
        row = connection.execute(_LAST_WORD, values).fetchone()
    else:
        row = connection.execute(_NEWER, {**values, "seen": max(decision.seen, decision.accepted)}).fetchone()
    if row is not None and row[0] is not None:
        raise Answered(say("{agent} has answered this", agent=_name(row)))
    if row is not None:
        raise Answered(say("This was answered from another program"))


def answered_meanwhile(connection: sqlite3.Connection, row: StoredReply) -> Saying | None:
    """Return that an answer of ours has come which was not known when a reply was decided on, None when none has.

    A reply that was decided on earlier in the same conversation is no news, whenever the network took it.
    """
    found = connection.execute(_MEANWHILE, {"conversation": row.conversation_id, "id": row.id}).fetchone()
    if found is None:
        return None
    if found[0] is not None:
        return say("{agent} has answered this meanwhile, so this reply was not sent", agent=_name(found))
    return say("This was answered from another program meanwhile, so this reply was not sent")


def unknown_answers(connection: sqlite3.Connection, row: StoredReply, remote_ids: Collection[str]) -> set[str]:
    """Return which messages of ours were not known when a reply was decided on."""
    # Asked of all as one JSON text: a thread may be longer than a statement has room for values.
    import json  # noqa: PLC0415 - only the sender asks

    values = {"account": row.account_id, "id": row.id, "ids": json.dumps(list(remote_ids))}
    return set(remote_ids) - {known for (known,) in connection.execute(_KNOWN, values)}


def is_another(connection: sqlite3.Connection, reply_id: int, remote_id: str) -> bool:
    """Whether a published message is surely not a reply of the same words: it is another reply's, or was here before.

    Only what was here when the reply was decided on counts, whatever its agent has been told of since.
    """
    found = connection.execute(_ANOTHER, {"id": reply_id, "remote": remote_id}).fetchone()
    return found is not None


def _name(row: tuple[str, ...]) -> str:
    return safe(row[0], limit=60)
