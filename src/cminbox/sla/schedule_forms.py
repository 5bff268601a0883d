"""Schedules as plain values, as JSON and TOML hold them: read with every doubt."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.sla.faults import FormError
from cminbox.sla.forms import SHOWN, many, mapping, needed, shown
from cminbox.sla.hours import DAY_MINUTES, HOUR_MINUTES, Schedule, Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WALL = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARLY = re.compile(r"--(\d{2})-(\d{2})", re.ASCII)
_LEAP_YEAR = 2000


def schedule(value: object) -> Schedule:
    """Return a schedule. Raises FormError, also when it never opens."""
    table = mapping(value, "schedule")
    hours = mapping(table.get("hours") or {}, "hours")
    for name in hours:
        if name not in DAYS:
            raise FormError(
                say("“hours” has no day {value}; the days are {days}", value=shown(name), days=", ".join(DAYS))
            )
    weekly = tuple(windows(hours.get(day) or [], f"hours.{day}") for day in DAYS)
    shifts, breaks = (_dated(table.get(name) or {}, name) for name in ("shifts", "breaks"))
    fixed, yearly = holidays(table.get("holidays") or [])
    if not any(weekly) and not any(shifts.values()):
        raise FormError(say("This schedule never opens: it has no hours on any day"))
    return Schedule(zone(needed(table, "tz")), weekly, shifts, breaks, fixed, yearly)


def windows(value: object, what: str) -> tuple[Window, ...]:
    """Return the windows of one day, each a pair of wall times. Raises FormError."""
    return tuple(_window(one, what) for one in many(value, what))


def holidays(value: object) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    """Return fixed and yearly (month, day) holidays. Raises FormError."""
    fixed: set[date] = set()
    yearly: set[tuple[int, int]] = set()
    for one in many(value, "holidays"):
        found = _YEARLY.fullmatch(one) if isinstance(one, str) else None
        if found is None:
            fixed.add(_date(one, "holidays"))
        else:
            # A leap year has every day that a yearly holiday can fall on.
            _date(f"{_LEAP_YEAR}-{found[1]}-{found[2]}", "holidays")
            yearly.add((int(found[1]), int(found[2])))
    return frozenset(fixed), frozenset(yearly)


def zone(value: object) -> str:
    """Return the name of a time zone that exists. Raises FormError."""
    try:
        name = value if isinstance(value, str) else ""
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FormError(say("“tz” is no time zone such as Europe/Paris or UTC: {value}", value=shown(value))) from None
    return name


def _window(value: object, what: str) -> Window:
    pair = many(value, what)
    if len(pair) != len(("opens", "closes")):
        raise FormError(say('“{what}” needs pairs such as ["09:00", "17:00"]: {value}', what=what, value=shown(value)))
    opens, closes = (_wall(one, what) for one in pair)
    if opens == DAY_MINUTES:
        raise FormError(say("“{what}”: a window cannot open at 24:00; write 00:00 of the next day", what=what))
    return Window(opens, closes)


def _wall(value: object, what: str) -> int:
    found = _WALL.fullmatch(value) if isinstance(value, str) else None
    minutes = -1 if found is None else int(found[1]) * HOUR_MINUTES + int(found[2])
    if found is None or int(found[2]) >= HOUR_MINUTES or not 0 <= minutes <= DAY_MINUTES:
        raise FormError(say("“{what}” has no time of day from 00:00 to 24:00: {value}", what=what, value=shown(value)))
    return minutes


def _dated(value: object, what: str) -> dict[date, tuple[Window, ...]]:
    return {
        _date(day, what): windows(parts or [], f"{what}.{safe(str(day), limit=SHOWN)}")
        for day, parts in mapping(value, what).items()
    }


def _date(value: object, what: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        # TOML has dates of its own.
        return value
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise FormError(say("“{what}” has no date such as 2026-12-25 or --12-25: {value}", what=what, value=shown(value)))
