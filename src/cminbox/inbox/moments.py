"""Times to come as people type them: a length from now, a time of day, a day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.settings import lengths

if TYPE_CHECKING:
    from datetime import tzinfo

MORNING = time(9)
"""When a day begins that was named without a time."""


def parse_moment(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Return the instant that `text` means, seen from `now` (both UTC milliseconds), in `zone` or this machine's.

    `2h`, `1d12h`: from now. `14:30`: the next time the clock shows it. `2026-11-23`, `2026-11-23T08:00`: that day (at
    nine where no time is given). Raises UsageProblem.
    """
    here = datetime.fromtimestamp(now / 1000, zone).astimezone(zone)
    try:
        return now + lengths.parse(text) * 1000
    except ValueError:
        pass
    try:
        return _milliseconds(_next(time.fromisoformat(text), here, zone))
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageProblem(
            say(
                "{text} is no time to come; write 2h, 1d, 14:30 or 2026-11-23T08:00",
                text=safe(text, limit=60),
            )
        ) from None
    if found.time() == time() and "T" not in text and ":" not in text:
        found = datetime.combine(found, MORNING)
    return _milliseconds(found if found.tzinfo else _local(found, zone))


def _next(clock: time, here: datetime, zone: tzinfo | None) -> datetime:
    today = _local(datetime.combine(here, clock.replace(tzinfo=None)), zone)
    if today > here:
        return today
    return _local(datetime.combine(here + timedelta(days=1), clock.replace(tzinfo=None)), zone)


def _local(naive: datetime, zone: tzinfo | None) -> datetime:
    return naive.astimezone() if zone is None else naive.replace(tzinfo=zone)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
