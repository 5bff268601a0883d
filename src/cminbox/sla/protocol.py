"""Business-hours and target arithmetic as a line protocol: a JSON object in, an answer out, no database, no clock."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

from cminbox.domain.conversation import Target
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.sla import forms
from cminbox.sla.calendar import Calendar
from cminbox.sla.clocks import readings
from cminbox.sla.faults import ClockError, FormError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.sla.clocks import Reading
    from cminbox.sla.events import Policy

LONGEST_LINE = 8 * 1024 * 1024
_KEPT_CALENDARS = 64
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one line: `result`, or `error` as a sentence. `id` is the line's own, None where it has none."""

    id: object
    result: object = None
    error: Saying | None = None


class Protocol:
    """Answers lines, each by itself; what schedules were worked out is kept for the next line."""

    def __init__(self) -> None:
        self._calendars: dict[str, Calendar | None] = {}
        self._ops: Mapping[str, Callable[[Mapping[str, object]], object]] = {
            "add": self._add,
            "between": self._between,
            "is_open": self._is_open,
            "next_open": self._next_open,
            "closing": self._closing,
            "scenario": self._scenario,
        }

    def answer(self, line: bytes) -> Answer:
        """Return the answer to one line, whatever it holds."""
        identity: object = None
        try:
            request = forms.mapping(_parsed(line), "request")
            identity = _identity(request.get("id"))
            op = request.get("op")
            work = self._ops.get(op) if isinstance(op, str) else None
            if work is None:
                raise FormError(
                    say("{op} is no operation; there are {ops}", op=forms.shown(op), ops=", ".join(self._ops))
                )
            return Answer(identity, work(request))
        except ClockError as fault:
            return Answer(identity, error=fault.saying)
        except (RecursionError, OverflowError):
            return Answer(identity, error=say("This line is nested too deeply or holds a number that is too large"))

    def _add(self, request: Mapping[str, object]) -> str:
        calendar = self._calendar(request)
        start = forms.instant(forms.needed(request, "start"), "start")
        duration = forms.seconds(forms.needed(request, "seconds"), "seconds")
        return forms.write_instant(start + duration if calendar is None else calendar.add(start, duration))

    def _between(self, request: Mapping[str, object]) -> int | float:
        calendar = self._calendar(request)
        start, end = (forms.instant(forms.needed(request, name), name) for name in ("start", "end"))
        elapsed = max(0, end - start) if calendar is None else calendar.between(start, end)
        return forms.write_seconds(elapsed)

    def _is_open(self, request: Mapping[str, object]) -> bool:
        calendar, at = self._calendar(request), _at(request)
        return calendar is None or calendar.is_open(at)

    def _next_open(self, request: Mapping[str, object]) -> str:
        calendar, at = self._calendar(request), _at(request)
        return forms.write_instant(at if calendar is None else calendar.next_open(at))

    def _closing(self, request: Mapping[str, object]) -> str:
        calendar, at = self._calendar(request), _at(request)
        if calendar is None:
            raise FormError(say("A schedule around the clock never closes"))
        return forms.write_instant(calendar.closing(at))

    def _scenario(self, request: Mapping[str, object]) -> list[dict[str, Any]]:
        given = forms.mapping(forms.needed(request, "policies"), "policies")
        policies = {name: self._policy(one) for name, one in given.items()}
        first = forms.named_policy(forms.needed(request, "policy"), policies)
        happened = [forms.event(one, policies) for one in forms.many(forms.needed(request, "events"), "events")]
        events = [event for event in happened if event is not None]
        answers = []
        for check in forms.many(forms.needed(request, "checks"), "checks"):
            at = _check(check)
            found = readings(events, first, at)
            answers.append(
                {"at": forms.write_instant(at)} | {target.value: _rows(found[target], target) for target in Target}
            )
        return answers

    def _policy(self, value: object) -> Policy | None:
        if value is None:
            return None
        return forms.policy(value, self._calendar(forms.mapping(value, "policy")))

    def _calendar(self, table: Mapping[str, object]) -> Calendar | None:
        value = table.get("schedule")
        if value is None:
            if "schedule" not in table and "op" in table:
                raise FormError(say("“{what}” is missing", what="schedule"))
            return None
        key = json.dumps(value, sort_keys=True)
        if key not in self._calendars:
            while len(self._calendars) >= _KEPT_CALENDARS:
                del self._calendars[next(iter(self._calendars))]
            schedule = forms.schedule(value)
            self._calendars[key] = None if schedule is None else Calendar(schedule)
        return self._calendars[key]


def _rows(found: list[Reading], target: Target) -> list[dict[str, Any]]:
    if not found and target is not Target.NRT:
        return [{"state": "none"}]
    return [_row(one) for one in found]


def _row(reading: Reading) -> dict[str, Any]:
    """Return a clock as an object; what is absent is left out."""
    row: dict[str, Any] = {
        "start": forms.write_instant(reading.start),
        "elapsed_s": forms.write_seconds(reading.elapsed),
        "remaining_s": forms.write_seconds(reading.remaining),
        "state": reading.state.value,
    }
    for name in ("due", "fulfilled_at", "breached_at", "ended_at"):
        at = getattr(reading, name)
        if at is not None:
            row[name] = forms.write_instant(at)
    return row


def _at(request: Mapping[str, object]) -> int:
    return forms.instant(forms.needed(request, "at"), "at")


def _check(value: object) -> int:
    return forms.instant(value if isinstance(value, str) else forms.needed(forms.mapping(value, "check"), "at"), "at")


def _parsed(line: bytes) -> object:
    if len(line) > LONGEST_LINE:
        raise FormError(say("This line is longer than {megabytes} MB", megabytes=LONGEST_LINE // 1024**2))
    try:
        return json.loads(line.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise FormError(say("This line is not UTF-8 text")) from None
    except json.JSONDecodeError as error:
        raise FormError(say("This line is not JSON: {reason}", reason=safe(error.msg, limit=_SHOWN))) from None
    except ClockError:
        raise
    except ValueError:
        raise FormError(say("This line holds a number that is too large")) from None


def _no_number(name: str) -> NoReturn:
    raise FormError(say("{value} is no JSON number", value=name))


def _identity(value: object) -> object:
    """Return an id that can be given back. Raises FormError."""
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise FormError(say("“id” is neither a text nor a number"))
