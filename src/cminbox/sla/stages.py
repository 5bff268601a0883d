"""How far a running clock has come: words that a screen can colour, a script can compare and a hook can be told.

Shares are of business time: a clock that stands still over the weekend does not become more pressing meanwhile.
"""

from __future__ import annotations

from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from cminbox.domain.value import dataclass
from cminbox.sla.clocks import ClockState
from cminbox.sla.faults import NeverOpenError

if TYPE_CHECKING:
    from cminbox.sla.clocks import Course


WARN_SHARE = 0.75
URGENT_SHARE = 0.9
URGENT_LEFT = 5 * 60 * 1000
"""Milliseconds left from which a clock is urgent, however little of it is used."""


class Stage(StrEnum):
    """How pressing an answer is."""

    QUIET = "quiet"
    WARN = "warn"
    URGENT = "urgent"
    BREACHED = "breached"


class Notice(StrEnum):
    """What is announced of a wait, each once: the stages that it reaches, and that it is late by one more target."""

    WARN = "warn"
    URGENT = "urgent"
    BREACHED = "breached"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class StageRules:
    """When a stage begins: shares of the target that are used, or milliseconds that are left, if that comes first."""

    warn: float = WARN_SHARE
    urgent: float = URGENT_SHARE
    urgent_left: int = URGENT_LEFT

    def warn_used(self, limit: int) -> int:
        """Return how much of a target is used when the warning begins (milliseconds)."""
        return ceil(limit * self.warn)

    def urgent_used(self, limit: int) -> int:
        """Return how much of a target is used when it becomes urgent (milliseconds), never less than nothing."""
        return max(0, min(ceil(limit * self.urgent), limit - self.urgent_left))


class Marks(NamedTuple):
    """The instants (UTC milliseconds) at which a clock's stages begin, if nothing else happens.

    `late` is the last instant at which an answer is in time: `due`, or the next opening when the target ends exactly
    at closing. `again` is None when it never comes.
    """

    warn: int
    urgent: int
    due: int
    late: int
    again: int | None

    def stage(self, now: int) -> Stage:
        """Return how pressing an answer is at an instant."""
        if now > self.late:
            return Stage.BREACHED
        if now >= self.urgent:
            return Stage.URGENT
        return Stage.WARN if now >= self.warn else Stage.QUIET

    @property
    def first_notice(self) -> int:
        """The instant of the first thing that is announced."""
        return min(self.warn, self.urgent)

    def notices(self) -> dict[Notice, int]:
        """Return what is announced, with the instant of each, in the order in which they come.

        There is no warning where a short target is urgent before it, because the warning would calm.
        """
        found = {Notice.WARN: self.warn} if self.warn < self.urgent else {}
        found |= {Notice.URGENT: self.urgent, Notice.BREACHED: self.late + 1}
        if self.again is not None:
            found[Notice.AGAIN] = max(self.again, self.late + 1)
        return found


def marks(course: Course, rules: StageRules) -> Marks | None:
    """Return when the stages of a clock begin, None unless it runs or was breached and is still waited for.

    Raises NeverOpenError when its schedule has not enough business time any more.
    """
    reading = course.reading
    if not course.live or reading.state not in {ClockState.RUNNING, ClockState.BREACHED}:
        return None
    due = reading.breached_at if reading.due is None else reading.due
    if due is None:
        return None
    warn = course.when(rules.warn_used(course.limit))
    urgent = course.when(rules.urgent_used(course.limit))
    late = due if reading.state is ClockState.BREACHED else course.last_in_time(due)
    try:
        again = course.when(2 * course.limit)
    except NeverOpenError:
        again = None
    return Marks(due if warn is None else min(warn, due), due if urgent is None else min(urgent, due), due, late, again)
