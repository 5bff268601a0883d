"""When something that is put off comes back. Instants are UTC milliseconds; days are those of the machine's zone."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe

MORNING = time(9)
_MONDAY = 0
_SECONDS = {"m": 60, "h": 3600, "d": 86_400, "j": 86_400}
_LENGTH = re.compile(r"(?:\d{1,4}[mhdj])+")
_PART = re.compile(r"(\d+)([mhdj])")
_CLOCK = re.compile(r"(\d{1,2})[:h](\d{2})")
_LAST_HOUR, _LAST_MINUTE = 23, 59


def in_an_hour(now: int) -> int:
    """Return the instant one hour from now."""
    return now + 3600 * 1000


def tomorrow(now: int) -> int:
    """Return tomorrow at nine."""
    return _morning(now, 1)


def in_a_week(now: int) -> int:
    """Return the morning of the day one week from now."""
    return _morning(now, 7)


def monday(now: int) -> int:
    """Return the morning of the next Monday, never today."""
    return _morning(now, (_MONDAY - _local(now).weekday() - 1) % 7 + 1)


def parse_later(text: str, now: int) -> int:
    """Return the instant that a person typed: a length (`30m`, `2h`, `1h30m`, `3d`) or a time of day (`14:30`).

    Raises UsageProblem.
    """
    typed = text.strip().lower().replace(" ", "")
    clock = _CLOCK.fullmatch(typed)
    if clock is not None and int(clock[1]) <= _LAST_HOUR and int(clock[2]) <= _LAST_MINUTE:
        at = _at(now, 0, time(int(clock[1]), int(clock[2])))
        return at if at > now else _at(now, 1, time(int(clock[1]), int(clock[2])))
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(typed))
    if _LENGTH.fullmatch(typed) and seconds:
        return now + seconds * 1000
    raise UsageProblem(say("“{text}” is no time; write 30m, 2h, 3d or 14:30", text=safe(text, limit=40)))


def _morning(now: int, days: int) -> int:
    return _at(now, days, MORNING)


def _at(now: int, days: int, clock: time) -> int:
    day = (_local(now) + timedelta(days=days)).date()
    # A naive time is taken as the machine's own, so that nine stays nine when the clocks change in between.
    return round(datetime.combine(day, clock).astimezone().timestamp() * 1000)


def _local(now: int) -> datetime:
    return datetime.fromtimestamp(now / 1000).astimezone()
