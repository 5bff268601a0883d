"""The response-time clock of a conversation as both front ends show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.sla.clocks import ClockState
from cminbox.sla.stages import Marks, Stage

if TYPE_CHECKING:
    from cminbox.domain.conversation import QueueRow, Target

__all__ = ["Clock", "ClockState", "Stage", "clock_of"]


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
    marks = Marks(
        row.due if row.warn_at is None else row.warn_at,
        row.due if row.urgent_at is None else row.urgent_at,
        row.due,
        row.due if row.late_at is None else row.late_at,
        None,
    )
    stage = marks.stage(now)
    state = ClockState.BREACHED if stage is Stage.BREACHED else ClockState.RUNNING
    return Clock(row.target, row.clock_start, row.due, state, stage)
