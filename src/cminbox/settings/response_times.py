"""From the tables [schedule] and [sla] to complete policies in plain form, with every date written out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.settings import values
from cminbox.settings.public_holidays import taken_over
from cminbox.sla import forms, policies
from cminbox.sla.defaults import PAUSE, definitions
from cminbox.sla.faults import ClockError, FormError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cminbox.settings import model, time_tables

    Place = Callable[[tuple[str | int, ...]], str]

ALWAYS, OF_WORKSPACE = "always", "workspace"
_PARTS = ("tz", "hours", "shifts", "breaks", "holidays")


def response_times(document: model.Document, place: Place, holidays: Path | None) -> values.Sla:
    """Return what the configuration says of response times, checked as a whole.

    `place` tells where something was written. Raises UsageProblem with one sentence.
    """
    schedule, public = _schedule(document.schedule, place, holidays)
    own = [_policy(one, schedule, place, index) for index, one in enumerate(document.sla.policies)]
    sla = document.sla
    return values.Sla(
        schedule=schedule,
        public=public,
        policies=tuple(own or definitions(schedule)),
        own_policies=bool(own),
        warn=sla.warn,
        urgent=sla.urgent,
        urgent_left=sla.urgent_left,
        on_stage=tuple(sla.on_stage),
        on_stage_limit=sla.on_stage_limit,
    )


def _schedule(
    given: time_tables.Schedule, place: Place, holidays: Path | None
) -> tuple[dict[str, Any] | None, values.PublicHolidays | None]:
    """Return the workspace's schedule, None where no hours are set, and the public holidays that it asks for."""
    table = given.model_dump()
    public = None
    extra: list[str] = []
    if given.public is not None:
        listing = None if holidays is None else taken_over(holidays)
        asked = (given.public.country, given.public.region)
        listed = listing is not None and (listing.country, listing.region) == asked
        extra = listing.dates() if listing is not None and listed else []
        public = values.PublicHolidays(*asked, listed=listed)
    if not any(table[name] for name in _PARTS) and public is None:
        return None, None
    return _plain({name: table[name] for name in _PARTS}, extra, place, ("schedule",)), public


def _policy(given: time_tables.Policy, schedule: dict[str, Any] | None, place: Place, index: int) -> dict[str, Any]:
    path = ("sla", "policies", index)
    if given.schedule == OF_WORKSPACE:
        own = schedule
    elif given.schedule == ALWAYS:
        own = None
    elif isinstance(given.schedule, str):
        raise _wrong(place, path, FormError(say("“schedule” is “workspace”, “always” or a table of its own")))
    else:
        unknown = sorted(set(given.schedule) - set(_PARTS))
        if unknown:
            raise _wrong(
                place,
                path,
                FormError(
                    say(
                        "“schedule” knows no {value}; there are {names}",
                        value=forms.shown(unknown[0]),
                        names=", ".join(_PARTS),
                    )
                ),
            )
        own = _plain(dict(given.schedule), [], place, path)
    pause = given.pause
    definition = {
        "name": given.name.strip(),
        "match": {name: wanted if isinstance(wanted, list) else [wanted] for name, wanted in given.match.items()},
        "targets": {name: seconds for name, seconds in given.targets.model_dump().items() if seconds is not None},
        "pause": {target: list(many) for target, many in PAUSE.items()} if pause is None else dict(pause),
        "schedule": own,
    }
    try:
        if not definition["targets"]:
            raise FormError(say("a policy needs at least one of the targets frt, nrt and resolution"))
        policies.rule(definition, None)
    except ClockError as error:
        raise _wrong(place, path, error) from None
    return definition


def _plain(table: dict[str, Any], extra: list[str], place: Place, path: tuple[str | int, ...]) -> dict[str, Any]:
    """Return a schedule in the plain form, once it is clear that it can be read and opens at some time."""
    found = {name: part for name, part in table.items() if part}
    if "holidays" in found or extra:
        own = found.get("holidays") or []
        if not isinstance(own, list):
            raise _wrong(place, path, FormError(say("“{what}” is not a list", what="holidays")))
        written = [day.isoformat() if isinstance(day, date) else day for day in own]
        found["holidays"] = [*written, *(day for day in extra if day not in written)]
    try:
        forms.schedule(found)
    except ClockError as error:
        raise _wrong(place, path, error) from None
    return found


def _wrong(place: Place, path: tuple[str | int, ...], error: ClockError) -> UsageProblem:
    return UsageProblem(say("{place}: {reason}", place=place(path), reason=error.saying))
