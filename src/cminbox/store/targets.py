"""The response-time clocks of single conversations, computed from what happened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.value import dataclass
from cminbox.sla.clocks import courses
from cminbox.sla.faults import NeverOpenError
from cminbox.sla.stages import Marks, marks
from cminbox.store.merging import survivor
from cminbox.store.policies import book

if TYPE_CHECKING:
    from cminbox.domain.conversation import Target
    from cminbox.sla.calendar import Calendar
    from cminbox.sla.clocks import Course, Reading
    from cminbox.sla.stages import StageRules
    from cminbox.store.database import Database


@dataclass(frozen=True, slots=True)
class TargetNow:
    """One clock as it stands: running, paused, or how it ended. `marks` are those of a clock that runs or is late."""

    target: Target
    reading: Reading
    limit: int
    live: bool
    marks: Marks | None
    course: Course


class Targets:
    """Reads clocks. Every answer is that of the instant asked for, whenever and in whatever order things arrived.

    `now` is UTC milliseconds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calendars: dict[int | None, Calendar | None] = {}

    def of_conversation(self, conversation_id: int, *, now: int) -> list[TargetNow]:
        """Return every clock that a conversation has or had, by target, the oldest first."""
        connection = self._database.read()
        today = survivor(connection, conversation_id)
        if today is None:
            return []
        from cminbox.store.clock_events import story  # noqa: PLC0415 - not before the first paint

        policies = book(connection)
        told = story(connection, today, policies)
        found = courses(told.events, told.policy, max(now, told.latest))
        return [_now(course, policies.stages) for many in found.values() for course in many]

    def calendar(self, policy_id: int | None) -> Calendar | None:
        """Return the calendar of a policy, None for around the clock and where no policy holds."""
        if policy_id not in self._calendars:
            rule = book(self._database.read()).policy(policy_id)
            self._calendars[policy_id] = None if rule is None else rule.policy.calendar
        return self._calendars[policy_id]

    def policy(self, conversation_id: int) -> dict[str, Any] | None:
        """Return the policy that holds for a conversation in its plain form, None when none does."""
        connection = self._database.read()
        row = connection.execute(
            "SELECT policy_id FROM conversations WHERE id = ?", (survivor(connection, conversation_id),)
        ).fetchone()
        return None if row is None else book(connection).definition(row[0])


def _now(course: Course, rules: StageRules) -> TargetNow:
    try:
        found = marks(course, rules)
    except NeverOpenError:
        found = None
    return TargetNow(course.target, course.read(lenient=True), course.limit, course.live, found, course)
