"""Figures of response times: how many waits were in time, and how long they took. No average hides a slow tenth."""

from __future__ import annotations

from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.sla.clocks import ClockState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cminbox.domain.conversation import Target

MEDIAN, NINETIETH = 0.5, 0.9


class Verdict(StrEnum):
    """How a wait ended, or stands. One that runs and is overdue is breached."""

    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait of one target. Times are UTC milliseconds, `elapsed` milliseconds of business time.

    `agent` answered it or has to; `policy` is the name of the policy it ended or runs under; empty where there is none.
    """

    conversation_id: int
    network: str
    account: str
    kind: str
    agent: str
    policy: str
    target: Target
    start: int
    state: ClockState
    elapsed: int
    fulfilled_at: int | None

    @property
    def verdict(self) -> Verdict:
        """How it ended, or stands."""
        return _VERDICTS[self.state]

    @property
    def wall(self) -> int | None:
        """How long it took by the clock on the wall (milliseconds), None when it was not fulfilled."""
        return None if self.fulfilled_at is None else self.fulfilled_at - self.start


_VERDICTS = {
    ClockState.MET: Verdict.MET,
    ClockState.BREACHED: Verdict.BREACHED,
    ClockState.CANCELLED: Verdict.CANCELLED,
    ClockState.RUNNING: Verdict.RUNNING,
    ClockState.PAUSED: Verdict.RUNNING,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures over some waits of one target. Durations are milliseconds, over those that were fulfilled."""

    met: int
    breached: int
    cancelled: int
    running: int
    median_business: int | None
    p90_business: int | None
    median_wall: int | None
    p90_wall: int | None

    @property
    def waits(self) -> int:
        """How many waits there are."""
        return self.met + self.breached + self.cancelled + self.running

    @property
    def attainment(self) -> float | None:
        """The share that was in time, of those of which it is known; None when it is known of none."""
        known = self.met + self.breached
        return self.met / known if known else None


def tally(waits: Iterable[Wait]) -> Tally:
    """Return the figures over some waits."""
    counts = dict.fromkeys(Verdict, 0)
    business: list[int] = []
    wall: list[int] = []
    for wait in waits:
        counts[wait.verdict] += 1
        if wait.wall is not None:
            business.append(wait.elapsed)
            wall.append(wait.wall)
    business.sort()
    wall.sort()
    return Tally(
        counts[Verdict.MET],
        counts[Verdict.BREACHED],
        counts[Verdict.CANCELLED],
        counts[Verdict.RUNNING],
        nearest_rank(business, MEDIAN),
        nearest_rank(business, NINETIETH),
        nearest_rank(wall, MEDIAN),
        nearest_rank(wall, NINETIETH),
    )


def nearest_rank(ordered: Sequence[int], share: float) -> int | None:
    """Return the smallest of some values, in rising order, that so large a share does not exceed; None of none."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
