"""The JSON forms of what commands print: every key always there, what is absent null, times ISO 8601 with Z."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.domain.reply import needs_a_person
from cminbox.domain.saying import Saying
from cminbox.i18n import render
from cminbox.inbox.clock import clock_of

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.domain.conversation import Claim, Note, QueueRow, StoredMessage
    from cminbox.domain.message import Person
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.reading import ConversationView, Event


def instant(at: int | None) -> str | None:
    """Return UTC milliseconds as ISO 8601 with Z, in whole seconds where there are no parts of one."""
    if at is None:
        return None
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds" if at % 1000 else "seconds").replace("+00:00", "Z")


def reason(kept: str | None) -> str | None:
    """Return why something was refused or is unknown, in the language in use."""
    return render(Saying.from_json(kept)) if kept else None


def queue_row(row: QueueRow, now: int) -> dict[str, Any]:
    """Return a conversation as a line of `queue --json`."""
    clock = clock_of(row, now)
    return {
        "id": row.id,
        "network": row.network,
        "account": row.account,
        "kind": row.kind.value,
        "person": {"handle": row.person.handle, "name": row.person.name},
        "text": row.text,
        "status": row.status.value,
        "assignee": row.assignee,
        "tags": list(row.tags),
        "priority": row.priority.value,
        "waiting_since": instant(row.waiting_since),
        "due": instant(row.due),
        "target": clock.target.value if clock else None,
        "state": clock.state if clock else None,
        "stage": clock.stage.value if clock else None,
        "unanswered": row.unanswered,
        "claimed_by": row.claimed_by,
        "snoozed_until": instant(row.snoozed_until),
        "reply_state": row.reply_state.value if row.reply_state else None,
    }


def conversation(view: ConversationView, now: int) -> dict[str, Any]:
    """Return a whole conversation as `show --json` prints it."""
    clock = clock_of(view.row, now)
    targets = (
        []
        if clock is None
        else [
            {
                "target": clock.target.value,
                "start": instant(clock.start),
                "due": instant(clock.due),
                "state": clock.state,
                "stage": clock.stage.value,
            }
        ]
    )
    return queue_row(view.row, now) | {
        "person": person(view.row.person),
        "claim": None if view.claim is None else claim(view.claim),
        "messages": [message(one) for one in view.messages],
        "targets": targets,
        "notes": [note(one) for one in view.notes],
        "events": [event(one) for one in view.events],
        "replies": [reply(one) for one in view.replies],
    }


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
    """Return a reply that is on its way or was not sent as a line of `outbox --json`."""
    return reply(one) | {
        "conversation": one.conversation_id,
        "network": row.network,
        "account": row.account,
        "person": {"handle": row.person.handle, "name": row.person.name},
        "needs_a_person": needs_a_person(one, now),
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
