"""The response-time clock of a conversation as both front ends show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.sla.stages import Stage, stage

if TYPE_CHECKING:
    from cminbox.domain.conversation import QueueRow, Target

__all__ = ["Clock", "Stage", "clock_of"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock. Times are UTC milliseconds; `state` is running or breached."""

    target: Target
    start: int
    due: int
    state: str
    stage: Stage

    @property
    def at_risk(self) -> bool:
        """Whether the answer is late or soon will be."""
        return self.stage in {Stage.URGENT, Stage.BREACHED}


def clock_of(row: QueueRow, now: int) -> Clock | None:
    """Return the clock that runs in a conversation at `now` (UTC milliseconds), None when nobody waits."""
    if row.due is None or row.waiting_since is None or row.target is None:
        return None
    reached = stage(row.waiting_since, row.due, now)
    state = "breached" if reached is Stage.BREACHED else "running"
    return Clock(row.target, row.waiting_since, row.due, state, reached)
