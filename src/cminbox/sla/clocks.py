"""The response-time clocks of one conversation, computed from its events: never counters, so nothing can drift.

- First response (frt) starts at the first customer message and is fulfilled by the first public human reply that the
  network accepted. Notes, automatic replies and failed sends do not count.
- Next response (nrt) starts, once there was a first response, at the oldest customer message not answered since the
  last reply; later messages do not move it, and each wait is a row of its own.
- Resolution runs from the first customer message until done; reopening goes on with the time used so far.
- Closing without a reply cancels a running wait unless it is breached; the next customer message starts a new one.
- A clock stands still in the statuses that its policy pauses. A customer message sets the status to open.
- A message that its author deletes before it was answered counts for nothing: its wait moves to the next unanswered
  message, or is cancelled when there is none (unless it is breached).
- A policy change keeps start and elapsed time and swaps the target; what is fulfilled keeps its verdict.
- A target is used up at the earliest instant at which the elapsed time equals it: at closing, not at the next opening.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Target
from cminbox.domain.value import dataclass
from cminbox.sla.events import order
from cminbox.sla.faults import NeverOpenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.sla.calendar import Calendar
    from cminbox.sla.events import ClockEvent, Policy
    from cminbox.sla.replay import Clock, Replay, Span


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reading:
    """One clock at one instant. Instants are UTC milliseconds, durations milliseconds of business time.

    `due` is given only while running: the instant at which the target is used up if nothing else happens.
    """

    start: int
    elapsed: int
    remaining: int
    state: ClockState
    due: int | None = None
    fulfilled_at: int | None = None
    breached_at: int | None = None
    ended_at: int | None = None


class Course:
    """One clock with all that brought it where it stands. `live` says that it is neither fulfilled nor ended."""

    def __init__(self, clock: Clock, replay: Replay) -> None:
        self._clock = clock
        self._replay = replay
        self.target = clock.target
        self.start = clock.start
        self.limit = clock.limit or 0
        self.live = clock.live
        self.spans: tuple[Span, ...] = tuple(clock.spans)

    @property
    def calendar(self) -> Calendar | None:
        """The calendar of the policy in force, None for around the clock."""
        return None if self._replay.policy is None else self._replay.policy.calendar

    def when(self, used: int) -> int | None:
        """Return when the clock has used so much time, or will have if nothing else happens; None when it will not.

        Raises NeverOpenError when the policy's schedule has not so much business time any more.
        """
        return self._replay.when(self._clock, used)

    def last_in_time(self, due: int) -> int:
        """Return the last instant at which the running clock has not used more than by `due`: the next opening."""
        try:
            return self._replay.next_open(max(due, self._replay.now))
        except NeverOpenError:
            return due

    @property
    def reading(self) -> Reading:
        """The clock as it stands. Raises NeverOpenError as `when` does."""
        return self.read()

    def read(self, *, lenient: bool = False) -> Reading:
        """Return the clock as it stands. Raises NeverOpenError as `when` does, unless `lenient`: then it has no due."""
        clock, state, due = self._clock, ClockState.RUNNING, None
        breached_at = clock.breached_at
        if breached_at is not None:
            state = ClockState.BREACHED
        elif clock.fulfilled_at is not None:
            state = ClockState.MET
        elif clock.ended_at is not None:
            state = ClockState.CANCELLED
        elif self._replay.paused(clock):
            state = ClockState.PAUSED
        else:
            due = self._due(lenient=lenient)
        left = self.limit - clock.elapsed
        return Reading(clock.start, clock.elapsed, left, state, due, clock.fulfilled_at, breached_at, clock.ended_at)

    def _due(self, *, lenient: bool) -> int | None:
        try:
            return self.when(self.limit)
        except NeverOpenError:
            if lenient:
                return None
            raise


def courses(events: Iterable[ClockEvent], policy: Policy | None, at: int) -> dict[Target, list[Course]]:
    """Return every clock with its course up to an instant, from the events up to then, whatever order they come in.

    Events of the same instant keep their order. A target that the policy does not set has no clocks.
    """
    from cminbox.sla.replay import Replay  # noqa: PLC0415 - a start shows clocks as they were worked out

    replay = Replay(policy)
    for event in sorted(events, key=order):
        t = order(event)[0]
        if t > at:
            break
        replay.advance(t)
        replay.apply(event)
    replay.advance(at)
    replay.settle()
    return {
        target: [Course(clock, replay) for clock in replay.clocks[target] if clock.limit is not None]
        for target in Target
    }


def readings(events: Iterable[ClockEvent], policy: Policy | None, at: int) -> dict[Target, list[Reading]]:
    """Return every clock as it stands at an instant, see `courses`. Raises NeverOpenError."""
    return {target: [one.reading for one in many] for target, many in courses(events, policy, at).items()}
