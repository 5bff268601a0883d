"""The response times that the settings ask for: what holds, what to know about it, and public holidays to take over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.settings import public_holidays
from cminbox.sla import forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.inbox.workplace import Workplace
    from cminbox.settings.values import Sla

YEARS_AHEAD = 3
"""How many years of public holidays are listed, this one included."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date that is closed: `day` as it stands in a schedule; `name` and `source` are empty for one written there."""

    day: str
    name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Holidays:
    """The dates that a schedule closes, or would close once a listing is taken over."""

    own: Sequence[Holiday]
    public: Sequence[Holiday]
    country: str | None
    region: str | None
    in_force: bool


def remarks(where: Workplace, now: int) -> Iterator[Saying]:
    """Yield what somebody should know about the response times that are set at an instant. Raises UsageProblem."""
    sla = where.settings.sla
    if sla.schedule is None:
        yield say("No working hours are set, so response times run around the clock; see cminbox guide response-times")
    if sla.public is not None and not sla.public.listed:
        yield say(
            "The public holidays of {country} are not in force yet; list them with cminbox sla holidays, then --accept",
            country=safe(sla.public.country),
        )
    yield from _of_public(where, now)
    yield from _of_dates(sla)
    yield from _of_policies(sla.policies)


def _of_public(where: Workplace, now: int) -> Iterator[Saying]:
    kept = public_holidays.taken_over(where.locations.public_holidays)
    public = where.settings.sla.public
    if public is not None and public.listed and kept is not None and kept.last_year < _years(now)[0]:
        yield say("The public holidays that were taken over end with {year}; list them anew", year=kept.last_year)


def _of_dates(sla: Sla) -> Iterator[Saying]:
    schedules = [sla.schedule, *(policy["schedule"] for policy in sla.policies)]
    seen: set[str] = set()
    for plain in schedules:
        schedule = forms.schedule(plain)
        for day in sorted(schedule.shifts) if schedule is not None else ():
            if schedule is not None and schedule.is_holiday(day) and day.isoformat() not in seen:
                seen.add(day.isoformat())
                yield say("{date} is a holiday and has one-off hours as well; the holiday wins", date=day.isoformat())


def _of_policies(policies: Sequence[Mapping[str, Any]]) -> Iterator[Saying]:
    for index, policy in enumerate(policies):
        if not policy["match"] and index < len(policies) - 1:
            yield say(
                "The policy {name} fits everything, so those after it never hold", name=safe(policy["name"], limit=80)
            )
            return
    if policies and policies[-1]["match"] and {"kind"} != {name for policy in policies for name in policy["match"]}:
        yield say(
            "A conversation that no policy fits has no target; a last policy without “match” would fit everything"
        )


def holidays(where: Workplace, country: str | None, region: str | None, now: int) -> Holidays:
    """Return the dates that are closed, with the public holidays that were taken over or could be. Raises Problem.

    `country` and `region` ask for others than those of the settings, to look at.
    """
    sla = where.settings.sla
    kept = public_holidays.taken_over(where.locations.public_holidays)
    own = [] if sla.schedule is None else list(sla.schedule.get("holidays", ()))
    configured = sla.public
    if country is None and configured is not None:
        country, region = configured.country, configured.region
    if (
        configured is not None
        and configured.listed
        and kept is not None
        and (country, region) == (kept.country, kept.region)
    ):
        dates = set(kept.dates())
        return Holidays(
            [Holiday(day) for day in own if day not in dates],
            [Holiday(day.isoformat(), name, kept.source) for day, name in kept.days],
            country,
            region,
            in_force=True,
        )
    public = []
    if country is not None:
        listing = public_holidays.look_up(country, region, _years(now))
        public = [Holiday(day.isoformat(), name, listing.source) for day, name in listing.days]
    return Holidays([Holiday(day) for day in own], public, country, region, in_force=False)


def accept_holidays(where: Workplace, now: int) -> public_holidays.Listing:
    """Take over the public holidays that the settings ask for, and return them. Raises Problem."""
    public = where.settings.sla.public
    if public is None:
        raise UsageProblem(
            say('The settings name no country; write public = { country = "FR" } under [schedule] in config.toml')
        )
    listing = public_holidays.look_up(public.country, public.region, _years(now))
    where.locations.create()
    public_holidays.take_over(where.locations.public_holidays, listing)
    return listing


def _years(now: int) -> list[int]:
    this = datetime.fromtimestamp(now / 1000, UTC).year
    return list(range(this, this + YEARS_AHEAD))
