"""How many answers will be late before the shift ends, if they go on coming at the present pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.sla.faults import NeverOpenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.sla.calendar import Calendar

HOUR = 3_600_000
WITHOUT_HOURS = 8 * HOUR
"""How far one looks ahead where no working hours are set."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected until `ends_at` (UTC milliseconds): `late` more conversations than are late now.

    `per_hour` is the pace of answers that it rests on, None where nobody has answered anything lately.
    """

    late: int
    ends_at: int
    per_hour: float | None


def shift_end(calendar: Calendar | None, now: int) -> int:
    """Return when the present working period ends, else the next one; eight hours on where there are no hours."""
    if calendar is None:
        return now + WITHOUT_HOURS
    try:
        return calendar.closing(now)
    except NeverOpenError:
        return now + WITHOUT_HOURS


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
        if not now <= deadline < ends_at:
            continue
        answered = None if per_hour is None else _after(calendar, now, round(place * HOUR / per_hour))
        late += answered is None or answered > deadline
    return Forecast(late, ends_at, per_hour)


def _after(calendar: Calendar | None, now: int, work: int) -> int | None:
    try:
        return now + work if calendar is None else calendar.add(now, work)
    except NeverOpenError:
        return None
