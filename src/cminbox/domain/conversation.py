"""The unit of the queue, and what a screen or a command shows of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from cminbox.domain.message import Attachment, Kind, Person
    from cminbox.domain.reply import ReplyState


class Status(StrEnum):
    """Who has to move: us (open), them (pending), the clock (snoozed), nobody (done)."""

    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    DONE = "done"


class Priority(StrEnum):
    """How much a conversation matters beside its due time."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Target(StrEnum):
    """Which response-time clock is meant."""

    FRT = "frt"
    NRT = "nrt"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Claim:
    """An agent's lease on a conversation, so that two never answer at once. Times are UTC milliseconds."""

    agent: str
    terminal: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Presence:
    """An agent who has a conversation before him, at some terminal, and perhaps writes. `since` is UTC milliseconds."""

    agent: str
    terminal: str
    since: int
    writing: bool


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One conversation as a line of the queue. Times are UTC milliseconds; `text` is raw, see `domain.text.safe`.

    `text` is the oldest customer message nobody has answered, else the newest message. `unanswered` counts the
    customer messages since our last reply. `due` and `waiting_since` are None when nobody waits.
    """

    id: int
    network: str
    account: str
    kind: Kind
    person: Person
    text: str
    status: Status
    assignee: str | None
    tags: tuple[str, ...]
    priority: Priority
    waiting_since: int | None
    due: int | None
    target: Target | None
    unanswered: int
    claimed_by: str | None
    snoozed_until: int | None
    last_message_at: int
    reply_state: ReplyState | None
    """The state of the newest reply that is still on its way, was refused or is unknown."""
    clock_start: int | None = None
    """When the most pressing clock (`target`, `due`) started; it may have run for an earlier message."""
    warn_at: int | None = None
    urgent_at: int | None = None
    late_at: int | None = None
    """The last instant at which an answer is in time: `due`, or the next opening where that is at closing."""
    time_left: int | None = None
    """Milliseconds of business time left while the clock stands still; it has no due time then."""
    again_at: int | None = None
    """When a late answer is late by one more target; None when that never comes."""
    policy_id: int | None = None
    """The number of the policy that holds for it, 0 or None where none does."""
    flagged: bool = False
    """Whether somebody of the team has put a flag on it."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as kept: `id` is ours, `remote_id` the network's; `arrived_at` is where its clock starts."""

    id: int
    remote_id: str
    kind: Kind
    author: Person
    text: str
    created_at: int
    arrived_at: int
    ours: bool
    parent: str | None
    permalink: str | None
    attachments: tuple[Attachment, ...]
    rating: int | None
    lang: str | None
    edited_at: int | None
    deleted_at: int | None
    gone: bool = False
    """Whether its words are kept no longer, because its network sets an end to that."""
    barred: tuple[str, ...] = ()
    """What its network does not let be done with it, see `Message.barred`."""


@dataclass(frozen=True, slots=True)
class Note:
    """An internal remark. It is a type of its own and cannot reach the outbox."""

    id: int
    agent: str
    text: str
    at: int
