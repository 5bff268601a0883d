"""The JSON forms of what commands print: every key always there, what is absent null, times ISO 8601 with Z."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.reply import needs_a_person
from cminbox.domain.saying import Saying
from cminbox.i18n import render
from cminbox.inbox.plain import instant, queue_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import Claim, Note, QueueRow, StoredMessage
    from cminbox.domain.message import Person
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.reading import ConversationView, Event, TargetNow
    from cminbox.inbox.requests import Request

__all__ = [
    "account",
    "claim",
    "conversation",
    "event",
    "instant",
    "message",
    "note",
    "outgoing",
    "person",
    "queue_row",
    "reason",
    "reply",
    "request",
    "seconds",
    "target",
]


def reason(kept: str | None) -> str | None:
    """Return why something was refused or is unknown, in the language in use."""
    return render(Saying.from_json(kept)) if kept else None


def conversation(view: ConversationView, targets: Sequence[TargetNow], now: int) -> dict[str, Any]:
    """Return a whole conversation as `show --json` prints it. `now` is UTC milliseconds."""
    return queue_row(view.row, now) | {
        "person": person(view.row.person),
        "claim": None if view.claim is None else claim(view.claim),
        "messages": [message(one) for one in view.messages],
        "targets": [target(one, now) for one in targets],
        "notes": [note(one) for one in view.notes],
        "events": [event(one) for one in view.events],
        "replies": [reply(one) for one in view.replies],
        "requests": [request(one) for one in view.requests],
    }


def target(one: TargetNow, now: int) -> dict[str, Any]:
    """Return a response-time clock, running, paused or ended; `due` of a breached one is when it was used up.

    `now` is UTC milliseconds.
    """
    reading = one.reading
    return {
        "target": one.target.value,
        "start": instant(reading.start),
        "due": instant(reading.breached_at if reading.due is None else reading.due),
        "state": reading.state.value,
        "stage": None if one.marks is None else one.marks.stage(now).value,
        "target_s": seconds(one.limit),
        "elapsed_s": seconds(reading.elapsed),
        "remaining_s": seconds(reading.remaining),
        "fulfilled_at": instant(reading.fulfilled_at),
        "breached_at": instant(reading.breached_at),
        "ended_at": instant(reading.ended_at),
    }


def seconds(duration: int) -> int | float:
    """Return milliseconds as seconds, whole ones as an integer."""
    return duration / 1000 if duration % 1000 else duration // 1000


def person(one: Person) -> dict[str, Any]:
    """Return an author."""
    return {"id": one.remote_id, "handle": one.handle, "name": one.name, "followers": one.followers}


def message(one: StoredMessage) -> dict[str, Any]:
    """Return a message, ours or a customer's."""
    return {
        "id": one.id,
        "remote_id": one.remote_id,
        "kind": one.kind.value,
        "author": person(one.author),
        "text": one.text,
        "created_at": instant(one.created_at),
        "arrived_at": instant(one.arrived_at),
        "ours": one.ours,
        "parent": one.parent,
        "permalink": one.permalink,
        "attachments": [{"kind": a.kind.value, "url": a.url, "name": a.name, "alt": a.alt} for a in one.attachments],
        "rating": one.rating,
        "lang": one.lang,
        "edited_at": instant(one.edited_at),
        "deleted_at": instant(one.deleted_at),
        "gone": one.gone,
    }


def reply(one: StoredReply) -> dict[str, Any]:
    """Return a reply in whatever state it is, drafts included."""
    return {
        "id": one.id,
        "state": one.state.value,
        "text": one.text,
        "agent": one.agent,
        "send_key": one.send_key,
        "decided_at": instant(one.decided_at),
        "hold_until": instant(one.hold_until),
        "interrupted": one.interrupted,
        "attempt": one.attempt,
        "next_try_at": instant(one.next_try_at),
        "reason": reason(one.reason),
        "remote_id": one.remote_id,
        "permalink": one.permalink,
        "created_at": instant(one.created_at),
        "updated_at": instant(one.updated_at),
    }


def outgoing(one: StoredReply, row: QueueRow, now: int) -> dict[str, Any]:
    """Return a reply that is on its way or was not sent as a line of `outbox --json`. `now` is UTC milliseconds."""
    return reply(one) | {
        "conversation": one.conversation_id,
        "network": row.network,
        "account": row.account,
        "person": {"handle": row.person.handle, "name": row.person.name},
        "needs_a_person": needs_a_person(one, now),
    }


def request(one: Request) -> dict[str, Any]:
    """Return what was asked of the network beside replying."""
    return {
        "id": one.id,
        "what": one.capability.value,
        "agent": one.agent,
        "at": instant(one.at),
        "state": one.state.value,
        "reason": None if one.reason is None else render(one.reason),
    }


def note(one: Note) -> dict[str, Any]:
    """Return an internal note."""
    return {"id": one.id, "agent": one.agent, "text": one.text, "at": instant(one.at)}


def event(one: Event) -> dict[str, Any]:
    """Return an act as recorded."""
    return {
        "id": one.id,
        "at": instant(one.at),
        "agent": one.agent,
        "what": one.what,
        "before": None if one.before is None else dict(one.before),
        "after": None if one.after is None else dict(one.after),
    }


def claim(one: Claim) -> dict[str, Any]:
    """Return who holds a conversation."""
    return {"agent": one.agent, "terminal": one.terminal, "since": instant(one.since), "until": instant(one.until)}


def account(one: Account) -> dict[str, Any]:
    """Return an account with its health."""
    return {
        "name": one.name,
        "network": one.network,
        "handle": one.handle,
        "connected_at": instant(one.connected_at),
        "state": one.health.state.value,
        "reason": reason(one.health.reason),
        "retry_at": instant(one.health.retry_at),
        "last_complete_fetch": instant(one.health.last_complete_fetch),
    }
