"""What happened to a conversation, from its messages, replies and events, as its clocks are computed from.

Times are those at which something happened, not those at which it was fetched: a message counts from its arrival, an
answer that was sent elsewhere at its own time. So a late fetch gives the same clocks as an early one.

What an agent did means only what was here when he did it, which numbers of changes tell: a message that was fetched
after he answered or closed waits on, see `Inbound.after`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Status
from cminbox.domain.value import dataclass
from cminbox.sla.events import ClockEvent, Inbound, InboundDeleted, Outbound, PolicySet, StatusSet
from cminbox.store.policies import NONE_APPLIES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from cminbox.sla.events import Policy
    from cminbox.store.policies import Book

_DERIVED = frozenset({"message", "answered", "deleted", "history"})
"""Reasons of a status that follows from messages, which are events themselves, at their own times."""
_SETTLED = frozenset({"done", "pending"})

_CONVERSATION = "SELECT history_before, policy_id FROM conversations WHERE id = ?"
_CUSTOMERS = """
SELECT id, arrived_at, first_change, deleted_at FROM messages
WHERE conversation_id = ? AND NOT ours AND arrived_at > ? ORDER BY arrived_at, created_at, remote_id
"""
# Two clocks never agree: an answer counts as later than what it answers, whatever its own time says.
_OURS = """
SELECT max(coalesce(o.answers_through, o.arrived_at), coalesce(p.arrived_at, 0)), o.answers_change
FROM messages o LEFT JOIN messages p
    ON o.answers_change IS NULL AND p.account_id = o.account_id AND p.remote_id = o.parent AND NOT p.ours
WHERE o.conversation_id = ? AND o.ours ORDER BY o.arrived_at, o.created_at, o.remote_id
"""
_SAID_SENT = """
SELECT updated_at, decided_change FROM replies
WHERE conversation_id = ? AND state = 'sent' AND remote_id IS NULL ORDER BY id
"""
_EVENTS = """
SELECT at, agent, what, before, after FROM events
WHERE conversation_id = ? AND what IN ('status', 'policy') AND undone_by IS NULL ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation's events, in a fixed order, and the policy under which it began."""

    events: tuple[ClockEvent, ...]
    policy: Policy | None
    latest: int
    """The instant of the last message: who looks earlier (his clock was set back) sees it all the same."""


@dataclass(frozen=True, slots=True)
class _Act:
    """Something we did at an instant that can have meant only what was here by a change."""

    t: int
    change: int


def story(connection: sqlite3.Connection, conversation_id: int, policies: Book, policy_id: int | None = None) -> Story:
    """Return what happened to one conversation; `policy_id` is its policy where that is not stored yet."""
    history_before, stored = connection.execute(_CONVERSATION, (conversation_id,)).fetchone()
    policy_id = stored if policy_id is None else policy_id
    ours, acts = _ours(connection, conversation_id)
    happened = connection.execute(_EVENTS, (conversation_id,)).fetchall()
    statuses = [row for row in happened if row[2] == "status"]
    changes = [row for row in happened if row[2] == "policy"]
    acts += _settling(statuses)
    customers = connection.execute(_CUSTOMERS, (conversation_id, history_before)).fetchall()
    elsewhere = [event.t for event in ours if isinstance(event, Outbound) and event.closes]
    events: list[ClockEvent] = [
        Inbound(arrived_at, str(number), _after(arrived_at, first_change, acts, elsewhere))
        for number, arrived_at, first_change, _ in customers
    ]
    events += [
        InboundDeleted(deleted_at, str(number), closes=True)
        for number, _, _, deleted_at in customers
        if deleted_at is not None
    ]
    events += ours
    events += [StatusSet(at, Status(json.loads(after)["status"])) for at, *_, after in statuses if not _derived(after)]
    first = json.loads(changes[0][3])["policy"] if changes else policy_id
    for at, _, _, _, after in changes:
        events.append(PolicySet(at, _policy(policies, json.loads(after)["policy"])))
    return Story(
        tuple(events),
        _policy(policies, first),
        max((arrived_at for _, arrived_at, _, _ in customers), default=0),
    )


def _policy(policies: Book, policy_id: int | None) -> Policy | None:
    found = policies.policy(NONE_APPLIES if policy_id is None else policy_id)
    return None if found is None else found.policy


def _ours(connection: sqlite3.Connection, conversation_id: int) -> tuple[list[ClockEvent], list[_Act]]:
    """Return our answers; those of our own outbox are acts that closed the conversation."""
    events: list[ClockEvent] = []
    acts: list[_Act] = []
    for t, change in connection.execute(_OURS, (conversation_id,)).fetchall():
        if change is None:
            events.append(Outbound(t, closes=True))
        else:
            events += [Outbound(t), StatusSet(t, Status.DONE)]
            acts.append(_Act(t, change))
    for t, change in connection.execute(_SAID_SENT, (conversation_id,)).fetchall():
        events += [Outbound(t), StatusSet(t, Status.DONE)]
        acts.append(_Act(t, change))
    return events, acts


def _settling(statuses: Iterable[tuple[int, str | None, str, str | None, str]]) -> list[_Act]:
    """Return the acts of agents that settled what was here."""
    found = []
    for at, _agent, _what, _before, text in statuses:
        after = json.loads(text)
        if after["status"] in _SETTLED and "handled_change" in after:
            found.append(_Act(at, after["handled_change"]))
    return found


def _derived(after: str) -> bool:
    return json.loads(after).get("because") in _DERIVED


def _after(arrived_at: int, first_change: int, acts: Iterable[_Act], elsewhere: Iterable[int]) -> int | None:
    """Return the last act that came after a message's arrival without meaning it, until it was answered elsewhere.

    Who answers elsewhere has read everything there.
    """
    answered = min((t for t in elsewhere if t >= arrived_at), default=None)
    return max(
        (
            act.t
            for act in acts
            if act.change < first_change and act.t >= arrived_at and (answered is None or act.t < answered)
        ),
        default=None,
    )
