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
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Status, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cminbox.sla.calendar import Calendar


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Policy:
    """Targets in milliseconds of business time; None as calendar means around the clock. `pause` is per target."""

    targets: Mapping[Target, int]
    calendar: Calendar | None = None
    pause: Mapping[Target, frozenset[Status]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inbound:
    """A customer message. `t` is when its clock starts (UTC milliseconds)."""

    t: int
    id: str | None = None


@dataclass(frozen=True, slots=True)
class InboundDeleted:
    """The author deleted a message."""

    t: int
    ref: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """A reply of ours; it `counts` when a human wrote it and the network accepted it."""

    t: int
    counts: bool = True


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


def readings(events: Iterable[ClockEvent], policy: Policy | None, at: int) -> dict[Target, list[Reading]]:
    """Return every clock as it stands at an instant, from the events up to then, in whatever order they are given.

    Events of the same instant keep their order. A target that the policy does not set has no readings.
    """
    replay = _Replay(policy)
    for event in sorted(events, key=lambda one: one.t):
        if event.t > at:
            break
        replay.advance(event.t)
        replay.apply(event)
    replay.advance(at)
    return {target: replay.read(target, at) for target in Target}


@dataclass(slots=True)
class _Stretch:
    """A time in which a clock ran."""

    start: int
    end: int
    calendar: Calendar | None

    def elapsed_from(self, start: int) -> int:
        start = max(self.start, start)
        if self.calendar is None:
            return max(0, self.end - start)
        return self.calendar.between(start, self.end)

    def instant_after(self, start: int, duration: int) -> int:
        start = max(self.start, start)
        return start + duration if self.calendar is None else self.calendar.add(start, duration)


@dataclass(slots=True)
class _Clock:
    target: Target
    start: int
    limit: int | None
    """The target in force, None while no policy sets one."""
    waiting: list[Inbound] = field(default_factory=list)
    stretches: list[_Stretch] = field(default_factory=list)
    elapsed: int = 0
    breached_at: int | None = None
    fulfilled_at: int | None = None
    ended_at: int | None = None

    @property
    def live(self) -> bool:
        return self.fulfilled_at is None and self.ended_at is None

    def run(self, stretch: _Stretch) -> None:
        """Count a stretch and date a breach in it."""
        gained = stretch.elapsed_from(self.start)
        if self.limit is not None and self.breached_at is None and self.elapsed + gained > self.limit:
            self.breached_at = stretch.instant_after(self.start, self.limit - self.elapsed)
        self.elapsed += gained
        self.stretches.append(stretch)

    def restart(self, start: int) -> None:
        """Count again from a later start: the message that began the wait was deleted."""
        stretches, self.stretches = self.stretches, []
        self.start, self.elapsed, self.breached_at = start, 0, None
        for stretch in stretches:
            self.run(stretch)

    def retarget(self, limit: int | None, t: int) -> None:
        """Swap the target, keeping start and elapsed time."""
        self.limit = limit
        if limit is None or self.elapsed <= limit:
            self.breached_at = None
        elif self.breached_at is None:
            self.breached_at = t


class _Replay:
    """The state of a conversation's clocks while its events are read in order."""

    def __init__(self, policy: Policy | None) -> None:
        self.policy = policy
        self.status = Status.OPEN
        self.now: int | None = None
        self.answered = False
        self.clocks: dict[Target, list[_Clock]] = {target: [] for target in Target}

    def advance(self, t: int) -> None:
        """Let the time pass up to an instant."""
        if self.now is not None and t > self.now and self.policy is not None:
            for clock in self._live():
                if not self._paused(clock.target):
                    clock.run(_Stretch(self.now, t, self.policy.calendar))
        self.now = t

    def apply(self, event: ClockEvent) -> None:
        """Let an event happen at the present instant."""
        match event:
            case Inbound():
                self._inbound(event)
            case InboundDeleted():
                self._deleted(event)
            case Outbound():
                if event.counts:
                    self._answer(event.t)
            case StatusSet():
                self._set_status(event)
            case PolicySet():
                self.policy = event.policy
                for clock in self._live():
                    clock.retarget(self._limit(clock.target), event.t)

    def read(self, target: Target, at: int) -> list[Reading]:
        """Return the clocks of one target; those without a target in force are not shown."""
        return [_reading(clock, self, at) for clock in self.clocks[target] if clock.limit is not None]

    def due(self, clock: _Clock, at: int) -> int:
        """Return when a running clock's target is used up."""
        left = max(0, (clock.limit or 0) - clock.elapsed)
        calendar = None if self.policy is None else self.policy.calendar
        return at + left if calendar is None else calendar.add(at, left)

    def paused(self, clock: _Clock) -> bool:
        """Whether a live clock stands still now."""
        return self.policy is None or self._paused(clock.target)

    def _inbound(self, event: Inbound) -> None:
        self._reopen()
        self.status = Status.OPEN
        target = Target.NRT if self.answered else Target.FRT
        clock = self._current(target) or self._begin(target, event.t)
        clock.waiting.append(event)
        resolution = self._current(Target.RESOLUTION) or self._begin(Target.RESOLUTION, event.t)
        resolution.waiting.append(event)

    def _deleted(self, event: InboundDeleted) -> None:
        for clock in self._live():
            first = clock.waiting[0] if clock.waiting else None
            if clock.target is Target.RESOLUTION and self.answered:
                continue
            clock.waiting = [message for message in clock.waiting if message.id != event.ref]
            if first is None or first.id != event.ref:
                continue
            if clock.waiting:
                clock.restart(clock.waiting[0].t)
            else:
                clock.ended_at = event.t

    def _answer(self, t: int) -> None:
        for target in (Target.FRT, Target.NRT):
            if (clock := self._current(target)) is not None:
                clock.fulfilled_at = t
        self.answered = self.answered or bool(self.clocks[Target.FRT])

    def _set_status(self, event: StatusSet) -> None:
        if event.status is Status.DONE:
            for clock in self._live():
                if clock.target is Target.RESOLUTION:
                    clock.fulfilled_at = event.t
                else:
                    clock.ended_at = event.t
        else:
            self._reopen()
        self.status = event.status

    def _reopen(self) -> None:
        """Let the resolution go on where it stopped."""
        if self.status is Status.DONE and self.clocks[Target.RESOLUTION]:
            clock = self.clocks[Target.RESOLUTION][-1]
            if clock.ended_at is None:
                clock.fulfilled_at = None
                clock.retarget(self._limit(Target.RESOLUTION), self.now or clock.start)

    def _begin(self, target: Target, t: int) -> _Clock:
        clock = _Clock(target, t, self._limit(target))
        self.clocks[target].append(clock)
        return clock

    def _current(self, target: Target) -> _Clock | None:
        newest = self.clocks[target][-1:]
        return newest[0] if newest and newest[0].live else None

    def _live(self) -> list[_Clock]:
        return [clock for target in Target if (clock := self._current(target)) is not None]

    def _paused(self, target: Target) -> bool:
        return self.policy is not None and self.status in self.policy.pause.get(target, frozenset())

    def _limit(self, target: Target) -> int | None:
        return None if self.policy is None else self.policy.targets.get(target)


def _reading(clock: _Clock, replay: _Replay, at: int) -> Reading:
    limit = clock.limit or 0
    state, due = ClockState.RUNNING, None
    if clock.breached_at is not None:
        state = ClockState.BREACHED
    elif clock.fulfilled_at is not None:
        state = ClockState.MET
    elif clock.ended_at is not None:
        state = ClockState.CANCELLED
    elif replay.paused(clock):
        state = ClockState.PAUSED
    else:
        due = replay.due(clock, at)
    return Reading(
        clock.start,
        clock.elapsed,
        limit - clock.elapsed,
        state,
        due,
        clock.fulfilled_at,
        clock.breached_at,
        clock.ended_at,
    )
