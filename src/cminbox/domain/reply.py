"""An outgoing message and the moves it may make between draft and the network's receipt."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.message import Kind


class ReplyState(StrEnum):
    """Where a reply stands."""

    DRAFT = "draft"
    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


MOVES: Mapping[ReplyState, frozenset[ReplyState]] = {
    ReplyState.DRAFT: frozenset({ReplyState.HELD, ReplyState.QUEUED, ReplyState.CANCELLED}),
    ReplyState.HELD: frozenset({ReplyState.QUEUED, ReplyState.DRAFT, ReplyState.CANCELLED}),
    ReplyState.QUEUED: frozenset({ReplyState.SENDING, ReplyState.DRAFT, ReplyState.CANCELLED, ReplyState.REFUSED}),
    ReplyState.SENDING: frozenset(
        {ReplyState.SENT, ReplyState.REFUSED, ReplyState.UNKNOWN, ReplyState.QUEUED},
    ),
    ReplyState.UNKNOWN: frozenset(
        {ReplyState.SENT, ReplyState.QUEUED, ReplyState.REFUSED, ReplyState.CANCELLED},
    ),
    ReplyState.REFUSED: frozenset({ReplyState.DRAFT, ReplyState.QUEUED, ReplyState.CANCELLED}),
    ReplyState.SENT: frozenset(),
    ReplyState.CANCELLED: frozenset(),
}
"""Every allowed move. `sending -> queued` is only for a failure that surely reached nobody."""


WHEN_OLDER = frozenset({ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING, ReplyState.REFUSED})
"""What becomes unknown, besides all moves, when the database turns out to be older than what was sent: a backup."""


class ForbiddenMoveError(ValueError):
    """A reply was asked to make a move that its state does not allow."""


def check_move(old: ReplyState, new: ReplyState) -> None:
    """Raise ForbiddenMoveError unless a reply may go from `old` to `new`."""
    if new not in MOVES[old]:
        raise ForbiddenMoveError(f"a reply that is {old} cannot become {new}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a send in several steps has come: `step` is the network's own word for what it has prepared.

    `begun` says whether the one request that publishes it may have left.
    """

    step: str
    begun: bool = False


class Steps:
    """The progress of one reply across its attempts. This one lasts as long as the reply's value.

    All are equal: they are no part of what is published.
    """

    def __init__(self, progress: Progress | None = None) -> None:
        self.progress = progress

    async def keep(self, progress: Progress) -> None:
        """Keep how far the send has come; where the outbox sends, it is on disk when this returns."""
        self.progress = progress

    def __eq__(self, other: object) -> bool:
        """Whether the other value is one of this kind."""
        return isinstance(other, Steps)

    def __hash__(self) -> int:
        """Return the same for all."""
        return hash(Steps)

    def __repr__(self) -> str:
        """Return the name alone."""
        return "Steps()"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a network is asked to publish. The same value for every attempt.

    `send_key` is fixed when the agent decides to send; networks with idempotent sending use it. `decided_at` (UTC
    milliseconds) is that moment: `find_sent` looks only at what came after it.
    """

    send_key: str
    kind: Kind
    conversation: str
    """The network's key of the conversation."""
    to: str
    """The remote id of the message that is answered."""
    text: str
    decided_at: int
    lang: str | None = None
    steps: Steps = field(default_factory=Steps)
    """Where a network that prepares before it publishes keeps what it has prepared."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's word that a reply exists. Times are UTC milliseconds."""

    remote_id: str
    permalink: str | None = None
    created_at: int | None = None


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply as kept. Times are UTC milliseconds; `cursor` is the caret's offset in a draft's text.

    `tried_at` is when the newest attempt began, or ended without a clear outcome; `doubtful_since` is when the first
    unclear one began, and `doubts` how many of them there were. `put_off` counts how often in a row its thread could
    not be read before an attempt.
    """

    id: int
    conversation_id: int
    account_id: int
    state: ReplyState
    text: str
    cursor: int
    agent: str
    terminal: str
    send_key: str | None
    decided_at: int | None
    hold_until: int | None
    interrupted: bool
    attempt: int
    next_try_at: int | None
    reason: str | None
    remote_id: str | None
    permalink: str | None
    created_at: int
    updated_at: int
    tried_at: int | None = None
    doubtful_since: int | None = None
    doubts: int = 0
    put_off: int = 0


HOLD_GRACE = 5_000
"""So long after the end of a hold the screen that should have ended it is taken for dead (milliseconds)."""


def needs_a_person(reply: StoredReply, now: int) -> bool:
    """Whether nothing more happens to a reply unless a person decides: it was refused, interrupted, or left in doubt.

    `now` is UTC milliseconds.
    """
    if reply.state is ReplyState.HELD:
        return reply.interrupted or (reply.hold_until is not None and reply.hold_until < now - HOLD_GRACE)
    in_doubt = reply.state is ReplyState.UNKNOWN and reply.next_try_at is None
    return in_doubt or reply.state is ReplyState.REFUSED
