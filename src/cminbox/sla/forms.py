"""Policies and events as plain values, as JSON and TOML hold them: read with every doubt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from cminbox.sla.calendar import Calendar
    from cminbox.sla.hours import Schedule

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_SECOND = 1000
_LONGEST = 10**12
"""More seconds than any calendar holds."""
SHOWN = 60
"""So many letters of a foreign value are shown."""


def shown(value: object) -> str:
    """Return a foreign value in few harmless letters."""
    return safe(value if isinstance(value, str) else repr(value)[: 2 * SHOWN], limit=SHOWN)


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


def schedule(value: object) -> Schedule | None:
    """Return a schedule, None (around the clock) for null. Raises FormError, also when it never opens."""
    if value is None:
        return None
    from cminbox.sla import schedule_forms  # noqa: PLC0415 - time zones cost a start much, and most teams have none

    return schedule_forms.schedule(value)


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
