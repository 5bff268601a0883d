"""The figures of response times: what was in time, how long it took, when it came, and what is to be expected."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cminbox.domain.conversation import Target
from cminbox.domain.value import dataclass
from cminbox.sla import forms
from cminbox.sla.calendar import Calendar
from cminbox.sla.figures import Tally, Verdict, Wait, tally
from cminbox.sla.forecast import Forecast, forecast, pace, shift_begin, shift_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import tzinfo

    from cminbox.inbox.workspace import Workspace

__all__ = [
    "DIMENSIONS",
    "Asked",
    "Forecast",
    "GivenUpError",
    "Report",
    "Tally",
    "Target",
    "Verdict",
    "Wait",
    "expected",
    "per_cent",
    "report",
    "shift_start",
]

HOUR = 3_600_000
DAY = 24 * HOUR
HOURS, WEEKDAYS = 24, 7
_PRESENT = 2 * HOUR
"""How far back the present pace is taken from."""
_LATELY = 7 * DAY
"""How far back it is taken from where nobody has answered in that time."""
DIMENSIONS: Mapping[str, Callable[[Wait], str]] = {
    "network": lambda wait: wait.network,
    "account": lambda wait: wait.account,
    "kind": lambda wait: wait.kind,
    "agent": lambda wait: wait.agent,
    "policy": lambda wait: wait.policy,
}
"""What figures are told apart by."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which waits are meant: those that began in a period, narrowed to one value of each dimension that is given.

    `weekday` (Monday is 0) and `hour` are those of the report's zone in which a wait began.
    """

    since: int
    until: int
    only: Mapping[str, str]
    target: Target | None = None
    verdict: Verdict | None = None
    weekday: int | None = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over the waits that were asked for, which are there as well: each figure is counted from them."""

    asked: Asked
    zone: str
    """The time zone of the heat map, empty for this machine's."""
    waits: Sequence[Wait]
    totals: Mapping[Target, Tally]
    groups: Mapping[str, Mapping[str, Mapping[Target, Tally]]]
    """Figures by dimension, value and target."""
    heat: Sequence[Sequence[int]]
    """How many waits for an answer began, by weekday (Monday first) and hour."""
    late: Sequence[Sequence[int]]
    """How many of those were or are late."""

    def conversations(self) -> list[int]:
        """Return the conversations behind the figures, each once, in rising order."""
        return sorted({wait.conversation_id for wait in self.waits})


class GivenUpError(Exception):
    """Nobody waits for the figures any more."""


def report(workspace: Workspace, asked: Asked, stopped: Callable[[], bool] | None = None) -> Report:
    """Return the figures, computed now from what happened.

    `stopped` is asked before each conversation; once it is true, GivenUpError is raised.
    """
    schedule = workspace.settings.sla.schedule
    zone = "" if schedule is None else str(schedule["tz"])
    tz = ZoneInfo(zone) if zone else None
    found = workspace.figures.waits(asked.since, asked.until, now=workspace.now(), stopped=stopped)
    waits = [wait for wait in found if _meant(wait, asked, tz)]
    if stopped is not None and stopped():
        raise GivenUpError
    return Report(
        asked,
        zone,
        waits,
        _by_target(waits),
        {name: _grouped(waits, value) for name, value in DIMENSIONS.items()},
        _heat(waits, tz),
        _heat([wait for wait in waits if wait.verdict is Verdict.BREACHED], tz),
    )


def expected(workspace: Workspace) -> Forecast:
    """Return how many more conversations will be late before the shift ends, at the present pace of answers."""
    now = workspace.now()
    schedule = forms.schedule(workspace.settings.sla.schedule)
    calendar = None if schedule is None else Calendar(schedule)
    per_hour = None
    for back in (_PRESENT, _LATELY):
        if per_hour is None:
            answers = workspace.figures.answers_since(now - back, now=now)
            per_hour = pace(answers, calendar, now - back, now)
    return forecast(workspace.figures.deadlines(shift_end(calendar, now)), calendar, per_hour, now)


def shift_start(workspace: Workspace) -> int:
    """Return when the present shift began, else the last one (UTC milliseconds)."""
    schedule = forms.schedule(workspace.settings.sla.schedule)
    return shift_begin(None if schedule is None else Calendar(schedule), workspace.now())


def per_cent(attainment: float) -> float:
    """Return a share in per cent to one place; one that is late among many is not hidden by rounding up."""
    return int(attainment * 1000) / 10


def _meant(wait: Wait, asked: Asked, tz: tzinfo | None) -> bool:
    weekday, hour = cell(wait.start, tz)
    return (
        all(DIMENSIONS[name](wait) == value for name, value in asked.only.items())
        and asked.target in {None, wait.target}
        and asked.verdict in {None, wait.verdict}
        and asked.weekday in {None, weekday}
        and asked.hour in {None, hour}
    )


def cell(at: int, tz: tzinfo | None) -> tuple[int, int]:
    """Return weekday and hour of an instant, in a zone or this machine's."""
    moment = datetime.fromtimestamp(at / 1000, UTC).astimezone(tz)
    return moment.weekday(), moment.hour


def _by_target(waits: Iterable[Wait]) -> dict[Target, Tally]:
    found: defaultdict[Target, list[Wait]] = defaultdict(list)
    for wait in waits:
        found[wait.target].append(wait)
    return {target: tally(found[target]) for target in Target if target in found}


def _grouped(waits: Iterable[Wait], value: Callable[[Wait], str]) -> dict[str, dict[Target, Tally]]:
    found: defaultdict[str, list[Wait]] = defaultdict(list)
    for wait in waits:
        found[value(wait)].append(wait)
    return {name: _by_target(found[name]) for name in sorted(found)}


def _heat(waits: Iterable[Wait], tz: tzinfo | None) -> list[list[int]]:
    """Count the waits for an answer; on a day of 25 hours both of the doubled hours count in the same cell."""
    found = [[0] * HOURS for _ in range(WEEKDAYS)]
    for wait in waits:
        if wait.target is not Target.RESOLUTION:
            weekday, hour = cell(wait.start, tz)
            found[weekday][hour] += 1
    return found
