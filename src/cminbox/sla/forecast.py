"""How many answers will be late before the shift ends, if they go on coming at the present pace."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.sla.faults import NeverOpenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.sla.calendar import Calendar

HOUR = 3_600_000
WITHOUT_HOURS = 8 * HOUR
"""How far one looks ahead where no working hours are set."""
BREAK = 3 * HOUR
"""A shift goes on after a break that is at most so long."""
LONGEST = 24 * HOUR
LOOKED_BACK = 14 * 24 * HOUR
"""A shift that lies further back is not looked for."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected until `ends_at` (UTC milliseconds): `late` more conversations than are late now.

    `per_hour` is the pace of answers that it rests on, None where nobody has answered anything lately.
    """

    late: int
    ends_at: int
    per_hour: float | None


def shift_end(calendar: Calendar | None, now: int) -> int:
    """Return when the present shift ends, else the next one; eight hours on where there are no hours.

    Breaks belong to a shift, which ends a day after it began at the latest.
    """
    if calendar is None:
        return now + WITHOUT_HOURS
    try:
        begins, end = calendar.next_open(now), calendar.closing(now)
    except NeverOpenError:
        return now + WITHOUT_HOURS
    with suppress(NeverOpenError):
        while calendar.next_open(end) - end <= BREAK and end < begins + LONGEST:
            end = calendar.closing(end)
    return min(end, begins + LONGEST)


def shift_begin(calendar: Calendar | None, now: int) -> int:
    """Return when the present shift began, else the last one; eight hours ago where there are no hours."""
    if calendar is None:
        return now - WITHOUT_HOURS
    periods = calendar.periods(now - LOOKED_BACK, now + 1)
    if not periods:
        return now - WITHOUT_HOURS
    begin, end = periods[-1]
    for opens, closes in reversed(periods[:-1]):
        if begin - closes > BREAK:
            break
        begin = opens
    return max(begin, min(end, now) - LONGEST)


def pace(answers: int, calendar: Calendar | None, since: int, now: int) -> float | None:
    """Return answers per hour of work since an instant, None when there were none or no work."""
    worked = now - since if calendar is None else calendar.between(since, now)
    return answers * HOUR / worked if answers and worked else None


def forecast(late_at: Iterable[int], calendar: Calendar | None, per_hour: float | None, now: int) -> Forecast:
    """Return how many of those who wait now will be late.

    `late_at` are the last instants at which they are answered in time, in the order in which they will be answered;
    those that are late already are answered too, and take their time.
    """
    ends_at = shift_end(calendar, now)
    late = 0
    for place, deadline in enumerate(late_at, 1):
        if now <= deadline < ends_at:
            there_is = deadline - now if calendar is None else calendar.between(now, deadline)
            late += per_hour is None or round(place * HOUR / per_hour) > there_is
    return Forecast(late, ends_at, per_hour)
