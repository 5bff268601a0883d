"""The clocks of one conversation while its events are read in order; see `cminbox.sla.clocks` for the rules."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Status, Target
from cminbox.domain.value import dataclass
from cminbox.sla.events import Inbound, InboundDeleted, Outbound, PolicySet, StatusSet

if TYPE_CHECKING:
    from cminbox.sla.events import ClockEvent, Policy


@dataclass(frozen=True, slots=True)
class Span:
    """A time between two events. `paused_in` is the status in which the clock stood still, None while it ran.

    `elapsed` is the business time of it that counts, in milliseconds.
    """

    start: int
    end: int
    elapsed: int
    policy: Policy
    paused_in: Status | None = None

    def instant_after(self, duration: int) -> int:
        """Return the earliest instant at which so much business time has passed since its start."""
        return _after(self.policy, self.start, duration)


@dataclass(slots=True)
class Clock:
    """One clock of one target. Instants are UTC milliseconds, durations milliseconds of business time."""

    target: Target
    start: int
    limit: int | None
    """The target in force, None while no policy sets one."""
    counted_to: int
    """The instant up to which its spans go."""
    waiting: list[Inbound] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    elapsed: int = 0
    fulfilled_at: int | None = None
    ended_at: int | None = None
    _breached_before: int | None = None
    """When it was breached, where a policy change made it so or came after it."""

    @property
    def live(self) -> bool:
        """Whether it is neither fulfilled nor ended."""
        return self.fulfilled_at is None and self.ended_at is None

    @property
    def breached_at(self) -> int | None:
        """The instant at which the target was used up, or the policy change that made it so; None in time."""
        if self.limit is None or self.elapsed <= self.limit:
            return None
        return self.reached(self.limit) if self._breached_before is None else self._breached_before

    def count(self, end: int, policy: Policy | None, status: Status) -> None:
        """Let it run or stand still up to an instant; without a policy there is no time that counts."""
        start, self.counted_to = self.counted_to, end
        if policy is None or end <= start:
            return
        if policy.pauses(self.target, status):
            self.spans.append(Span(start, end, 0, policy, status))
        else:
            self._run(start, end, policy)

    def _run(self, start: int, end: int, policy: Policy) -> None:
        elapsed = end - start if policy.calendar is None else policy.calendar.between(start, end)
        self.elapsed += elapsed
        self.spans.append(Span(start, end, elapsed, policy))

    def reached(self, used: int) -> int | None:
        """Return the earliest instant at which so much time was used, None when it is not yet."""
        before = 0
        for span in self.spans:
            if before + span.elapsed >= used and span.paused_in is None:
                return span.instant_after(used - before)
            before += span.elapsed
        return None

    def restart(self, start: int) -> None:
        """Count again from a later start: the message that began the wait was deleted."""
        spans, self.spans = self.spans, []
        self.start, self.elapsed, self._breached_before = start, 0, None
        for span in spans:
            if span.end <= start:
                continue
            if span.paused_in is None:
                self._run(max(span.start, start), span.end, span.policy)
            else:
                self.spans.append(replace(span, start=max(span.start, start)))

    def retarget(self, limit: int | None, t: int) -> None:
        """Swap the target, keeping start and elapsed time."""
        if limit == self.limit:
            return
        breached_at, self.limit = self.breached_at, limit
        used_up = limit is not None and self.elapsed >= limit
        self._breached_before = (t if breached_at is None else breached_at) if used_up else None


class Replay:
    """The state of a conversation's clocks while its events are read in order."""

    def __init__(self, policy: Policy | None) -> None:
        self.policy = policy
        self.status = Status.OPEN
        self.now = 0
        self.answered = False
        self.clocks: dict[Target, list[Clock]] = {target: [] for target in Target}

    def advance(self, t: int) -> None:
        """Let the time pass up to an instant."""
        self.now = t

    def settle(self) -> None:
        """Count every running clock up to now: something is about to change, or somebody looks."""
        for clock in self._live():
            clock.count(self.now, self.policy, self.status)

    def apply(self, event: ClockEvent) -> None:
        """Let an event happen at the present instant."""
        match event:
            case Inbound():
                self._inbound(event)
            case InboundDeleted():
                self._deleted(event)
            case Outbound():
                if event.counts:
                    self._answer(event)
            case StatusSet():
                self._set_status(event.t, event.status)
            case PolicySet():
                self.settle()
                self.policy = event.policy
                for clock in self._live():
                    clock.retarget(self._limit(clock.target), event.t)

    def paused(self, clock: Clock) -> bool:
        """Whether a live clock stands still now."""
        return self.policy is None or self.policy.pauses(clock.target, self.status)

    def when(self, clock: Clock, used: int) -> int | None:
        """Return when a clock has used so much time, or will have if nothing else happens; None when it will not."""
        reached = clock.reached(used)
        if reached is not None or not clock.live or self.policy is None or self.paused(clock):
            return reached
        return _after(self.policy, self.now, used - clock.elapsed)

    def next_open(self, at: int) -> int:
        """Return the first business instant of the policy in force at or after one."""
        calendar = None if self.policy is None else self.policy.calendar
        return at if calendar is None else calendar.next_open(at)

    def _inbound(self, event: Inbound) -> None:
        if self.status is not Status.OPEN:
            self._set_status(self.now, Status.OPEN)
        wait = Target.NRT if self.answered else Target.FRT
        for target in (wait, Target.RESOLUTION):
            clock = self._current(target) or self._begin(target, event.t)
            clock.waiting.append(event)

    def _deleted(self, event: InboundDeleted) -> None:
        self.settle()
        for clock in self._live():
            if clock.target is Target.RESOLUTION and self.answered:
                continue
            first = clock.waiting[0] if clock.waiting else None
            clock.waiting = [message for message in clock.waiting if message.id != event.ref]
            if first is None or first.id != event.ref:
                continue
            if clock.waiting:
                clock.restart(clock.waiting[0].t)
            else:
                clock.ended_at = event.t
        self._close(event)

    def _answer(self, event: Outbound) -> None:
        self.settle()
        for target in (Target.FRT, Target.NRT):
            if (clock := self._current(target)) is not None:
                clock.fulfilled_at = event.t
        self.answered = self.answered or bool(self.clocks[Target.FRT])
        self._close(event)

    def _close(self, event: Outbound | InboundDeleted) -> None:
        waits = self._current(Target.FRT) or self._current(Target.NRT)
        if event.closes and self.status is Status.OPEN and waits is None:
            self._set_status(event.t, Status.DONE)

    def _set_status(self, t: int, status: Status) -> None:
        self.settle()
        if status is Status.DONE:
            for clock in self._live():
                if clock.target is Target.RESOLUTION:
                    clock.fulfilled_at = t
                else:
                    clock.ended_at = t
        else:
            self._reopen()
        self.status = status

    def _reopen(self) -> None:
        """Let the resolution go on where it stopped."""
        if self.status is Status.DONE and self.clocks[Target.RESOLUTION]:
            clock = self.clocks[Target.RESOLUTION][-1]
            if clock.ended_at is None:
                clock.fulfilled_at, clock.counted_to = None, self.now
                clock.retarget(self._limit(Target.RESOLUTION), self.now)

    def _begin(self, target: Target, t: int) -> Clock:
        clock = Clock(target, t, self._limit(target), t)
        self.clocks[target].append(clock)
        return clock

    def _current(self, target: Target) -> Clock | None:
        newest = self.clocks[target][-1:]
        return newest[0] if newest and newest[0].live else None

    def _live(self) -> list[Clock]:
        return [clock for target in Target if (clock := self._current(target)) is not None]

    def _limit(self, target: Target) -> int | None:
        return None if self.policy is None else self.policy.targets.get(target)


def _after(policy: Policy, start: int, duration: int) -> int:
    return start + duration if policy.calendar is None else policy.calendar.add(start, duration)
