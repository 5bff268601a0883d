"""Times to come as people type them: a length from now, a time of day, a day."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.settings import lengths

if TYPE_CHECKING:
    from datetime import tzinfo

_CLOCK = re.compile(r"\d{1,2}:\d{2}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MORNING = time(9)
"""When a day begins that was named without a time."""


def parse_moment(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Return the instant that `text` means, seen from `now` (both UTC milliseconds), in `zone` or this machine's.

    `2h`, `1d12h`: from now. `14:30`: the next time the clock shows it. `2026-11-23`, `2026-11-23T08:00`: that day (at
    nine where no time is given). Raises UsageProblem.
    """
    try:
        return now + lengths.parse(text) * 1000
    except ValueError:
        pass
    try:
        return _clock_or_day(text, datetime.fromtimestamp(now / 1000, zone).astimezone(zone), zone)
    except (ValueError, OverflowError, OSError):
        raise UsageProblem(
            say("{text} is no time to come; write 2h, 1d, 14:30 or 2026-11-23T08:00", text=safe(text, limit=60))
        ) from None


def parse_past(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Return the instant that `text` means, seen from `now` (both UTC milliseconds), in `zone` or this machine's.

    `7d`, `12h`: before now. `2026-11-01`, `2026-11-01T08:00`: that day (from midnight where no time is given). Raises
    UsageProblem.
    """
    try:
        return now - lengths.parse(text) * 1000
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
        return _milliseconds(found if found.tzinfo else _local(found, zone))
    except (ValueError, OverflowError, OSError):
        raise UsageProblem(
            say("{text} is no time past; write 7d, 12h, 2026-11-01 or 2026-11-01T08:00", text=safe(text, limit=60))
        ) from None


def _clock_or_day(text: str, here: datetime, zone: tzinfo | None) -> int:
    if _CLOCK.fullmatch(text):
        return _milliseconds(_next(time.fromisoformat(text.zfill(5)), here, zone))
    found = datetime.fromisoformat(text)
    if _DAY.fullmatch(text):
        found = datetime.combine(found, MORNING)
    return _milliseconds(found if found.tzinfo else _local(found, zone))


def _next(clock: time, here: datetime, zone: tzinfo | None) -> datetime:
    today = _local(datetime.combine(here, clock), zone)
    return today if today > here else _local(datetime.combine(here + timedelta(days=1), clock), zone)


def _local(naive: datetime, zone: tzinfo | None) -> datetime:
    return naive.astimezone() if zone is None else naive.replace(tzinfo=zone)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
