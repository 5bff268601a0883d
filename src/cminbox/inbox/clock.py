"""The response-time clock of a conversation as both front ends show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.sla.clocks import ClockState
from cminbox.sla.stages import Marks, Notice, Stage

if TYPE_CHECKING:
    from cminbox.domain.conversation import QueueRow, Target
    from cminbox.sla.calendar import Calendar

__all__ = ["Clock", "ClockState", "Notice", "Stage", "clock_of", "time_left"]


@dataclass(frozen=True, slots=True)
class Clock:
    """The most pressing clock of a conversation. Times are UTC milliseconds.

    `state` is running, breached or paused. A clock that stands still has no due time; `left` is the business time
    that it has left, in milliseconds, and None for the others.
    """

    target: Target
    start: int
    due: int | None
    state: ClockState
    stage: Stage
    left: int | None = None
    twice: bool = False
    """Whether the answer is late by one more target."""

    @property
    def at_risk(self) -> bool:
        """Whether the answer is late or soon will be."""
        return self.stage in {Stage.URGENT, Stage.BREACHED}


def clock_of(row: QueueRow, now: int) -> Clock | None:
    """Return the clock of a conversation as it stands at `now` (UTC milliseconds), None when none runs."""
    if row.target is None or row.clock_start is None:
        return None
    if row.due is None:
        return Clock(row.target, row.clock_start, None, ClockState.PAUSED, Stage.QUIET, row.time_left)
    marks = _marks(row, row.due)
    stage = marks.stage(now)
    late = stage is Stage.BREACHED
    state = ClockState.BREACHED if late else ClockState.RUNNING
    twice = late and marks.again is not None and now >= marks.again
    return Clock(row.target, row.clock_start, row.due, state, stage, twice=twice)


def time_left(row: QueueRow, now: int, calendar: Calendar | None) -> int | None:
    """Return the business time (milliseconds) until the answer is due, below zero where it is late.

    `calendar` is that of the conversation's policy, None for around the clock. None when no clock runs. Where the
    target ends at closing there is nothing left until the next opening, and the answer is not late yet.
    """
    if row.target is None or row.clock_start is None:
        return None
    if row.due is None:
        return row.time_left
    if _marks(row, row.due).stage(now) is not Stage.BREACHED:
        return max(0, row.due - now) if calendar is None else calendar.between(now, row.due)
    return row.due - now if calendar is None else -calendar.between(row.due, now)


def _marks(row: QueueRow, due: int) -> Marks:
    return Marks(
        due if row.warn_at is None else row.warn_at,
        due if row.urgent_at is None else row.urgent_at,
        due,
        due if row.late_at is None else row.late_at,
        row.again_at,
    )
