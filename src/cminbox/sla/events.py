"""What happens to a conversation as far as its clocks care, and the policy that says how long each may run."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.conversation import Status, Target
    from cminbox.sla.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Policy:
    """Targets in milliseconds of business time; None as calendar means around the clock. `pause` is per target."""

    targets: Mapping[Target, int]
    calendar: Calendar | None = None
    pause: Mapping[Target, frozenset[Status]] = field(default_factory=dict)

    def pauses(self, target: Target, status: Status) -> bool:
        """Whether a target's clock stands still in a status."""
        return status in self.pause.get(target, frozenset())


@dataclass(frozen=True, slots=True)
class Inbound:
    """A customer message. `t` is when its clock starts (UTC milliseconds).

    `after` is the instant of a later act of ours (an answer, a closing) that cannot have meant this message because it
    was not here yet: the message waits on after that act, from its own start.
    """

    t: int
    id: str | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class InboundDeleted:
    """The author deleted a message. One that `closes` makes an open conversation done when nobody waits any more."""

    t: int
    ref: str
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Outbound:
    """A reply of ours; it `counts` when a human wrote it and the network accepted it.

    One that `closes` makes an open conversation done when nobody waits any more.
    """

    t: int
    counts: bool = True
    closes: bool = False


@dataclass(frozen=True, slots=True)
class StatusSet:
    """The conversation's status was set."""

    t: int
    status: Status


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Another policy applies from now on; None: none does."""

    t: int
    policy: Policy | None


ClockEvent = Inbound | InboundDeleted | Outbound | StatusSet | PolicySet


def order(event: ClockEvent) -> tuple[int, bool, int]:
    """Return the key by which events are put in order; events of the same instant keep the order they are given in."""
    if isinstance(event, Inbound) and event.after is not None and event.after >= event.t:
        return event.after, True, event.t
    return event.t, False, 0
