"""Schedules, policies and events as plain values, as JSON and TOML hold them: read with every doubt."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cminbox.domain.conversation import Status, Target
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.sla.events import (
    ClockEvent,
    Inbound,
    InboundDeleted,
    Outbound,
    Policy,
    PolicySet,
    StatusSet,
)
from cminbox.sla.faults import FormError
from cminbox.sla.hours import DAY_MINUTES, HOUR_MINUTES, Schedule, Window

if TYPE_CHECKING:
    from cminbox.sla.calendar import Calendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_SECOND = 1000
_LONGEST = 10**12
"""More seconds than any calendar holds."""
_WALL = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARLY = re.compile(r"--(\d{2})-(\d{2})", re.ASCII)
_LEAP_YEAR = 2000
_SHOWN = 60


def shown(value: object) -> str:
    """Return a foreign value in few harmless letters."""
    return safe(value if isinstance(value, str) else repr(value)[: 2 * _SHOWN], limit=_SHOWN)


def mapping(value: object, what: str) -> Mapping[str, object]:
    """Return a value that is a table. Raises FormError."""
    if isinstance(value, Mapping):
        return value
    raise FormError(say("“{what}” is not an object", what=what))


def many(value: object, what: str) -> list[object]:
    """Return a value that is a list. Raises FormError."""
    if isinstance(value, list | tuple):
        return list(value)
    raise FormError(say("“{what}” is not a list", what=what))


def needed(table: Mapping[str, object], name: str) -> object:
    """Return an entry that has to be there. Raises FormError."""
    if name in table:
        return table[name]
    raise FormError(say("“{what}” is missing", what=name))


def instant(value: object, what: str) -> int:
    """Return an instant (UTC milliseconds) given as ISO 8601 with Z or an offset. Raises FormError."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise FormError(
            say("“{what}” is no instant such as 2026-11-20T09:15:00Z: {value}", what=what, value=shown(value))
        )
    return (moment - _EPOCH) // _MILLISECOND


def write_instant(at: int) -> str:
    """Return an instant as ISO 8601 with Z, in whole seconds where there are no parts of one. Raises FormError."""
    try:
        moment = _EPOCH + at * _MILLISECOND
    except OverflowError:
        raise FormError(say("The answer lies outside of any calendar")) from None
    return moment.isoformat(timespec="milliseconds" if at % _SECOND else "seconds").replace("+00:00", "Z")


def seconds(value: object, what: str) -> int:
    """Return a number of seconds, not negative, as milliseconds. Raises FormError."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= _LONGEST:
        raise FormError(say("“{what}” is no number of seconds from 0 on: {value}", what=what, value=shown(value)))
    return round(value * _SECOND)


def write_seconds(duration: int) -> int | float:
    """Return milliseconds as seconds, whole ones as an integer."""
    return duration / _SECOND if duration % _SECOND else duration // _SECOND


def zone(value: object) -> str:
    """Return the name of a time zone that exists. Raises FormError."""
    try:
        name = value if isinstance(value, str) else ""
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FormError(say("“tz” is no time zone such as Europe/Paris or UTC: {value}", value=shown(value))) from None
    return name


def schedule(value: object) -> Schedule | None:
    """Return a schedule, None (around the clock) for null. Raises FormError, also when it never opens."""
    if value is None:
        return None
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


def policy(value: object, calendar: Calendar | None) -> Policy:
    """Return a policy; its schedule was read by the caller, who may share its calendar. Raises FormError."""
    table = mapping(value, "policy")
    targets = mapping(table.get("targets") or {}, "targets")
    pause = mapping(table.get("pause") or {}, "pause")
    return Policy(
        {_target(name): seconds(limit, f"targets.{name}") for name, limit in targets.items() if limit is not None},
        calendar,
        {
            _target(name): frozenset(_status(one) for one in many(statuses or [], f"pause.{name}"))
            for name, statuses in pause.items()
        },
    )


def event(value: object, policies: Mapping[str, Policy | None]) -> ClockEvent | None:
    """Return what happened, None for what no clock cares about (a note). Raises FormError."""
    table = mapping(value, "event")
    t, kind = instant(needed(table, "t"), "t"), needed(table, "type")
    match kind:
        case "inbound":
            if table.get("seen_at") is not None:
                instant(table["seen_at"], "seen_at")
            return Inbound(t, _reference(table.get("id"), "id"))
        case "inbound_deleted":
            ref = _reference(needed(table, "ref"), "ref")
            return InboundDeleted(t, "" if ref is None else ref)
        case "outbound":
            result = table.get("result")
            return Outbound(t, counts=not table.get("auto") and (result is None or result == "ok"))
        case "note":
            return None
        case "status":
            return StatusSet(t, _status(needed(table, "status")))
        case "policy":
            return PolicySet(t, named_policy(needed(table, "policy"), policies))
        case _:
            kinds = "inbound, inbound_deleted, outbound, note, status, policy"
            raise FormError(say("{value} is no type of event; there are {kinds}", value=shown(kind), kinds=kinds))


def named_policy(name: object, policies: Mapping[str, Policy | None]) -> Policy | None:
    """Return the policy of a name, None (none applies) for null. Raises FormError."""
    if name is None:
        return None
    if isinstance(name, str) and name in policies:
        return policies[name]
    raise FormError(say("There is no policy called {value}", value=shown(name)))


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
        _date(day, what): windows(parts or [], f"{what}.{safe(str(day), limit=_SHOWN)}")
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


def _target(name: object) -> Target:
    if name in set(Target):
        return Target(str(name))
    raise FormError(say("{value} is no target; there are {targets}", value=shown(name), targets=", ".join(Target)))


def _status(name: object) -> Status:
    if isinstance(name, str) and name in set(Status):
        return Status(name)
    raise FormError(say("{value} is no status; there are {statuses}", value=shown(name), statuses=", ".join(Status)))


def _reference(value: object, what: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise FormError(say("“{what}” is no text: {value}", what=what, value=shown(value)))
