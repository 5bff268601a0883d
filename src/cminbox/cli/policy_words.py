"""Policies and schedules in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.cli.words import word
from cminbox.domain.conversation import Target
from cminbox.domain.text import row as one_row
from cminbox.i18n import N_, _, dates
from cminbox.i18n.durations import exact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours(schedule: Mapping[str, Any]) -> Iterator[str]:
    """Yield a schedule, a line for each part that it has."""
    yield _("Working hours in {zone}:").format(zone=one_row(schedule["tz"]))
    week = schedule.get("hours", {})
    for number, day in enumerate(_DAYS):
        if week.get(day):
            yield f"  {dates.weekday(number)}  " + ", ".join(f"{opens}-{closes}" for opens, closes in week[day])
    for name, title in (("shifts", N_("one-off hours")), ("breaks", N_("breaks"))):
        dated = schedule.get(name, {})
        if dated:
            yield f"  {_(title)}: " + "; ".join(
                f"{day} " + (", ".join(f"{opens}-{closes}" for opens, closes in parts) or _("closed"))
                for day, parts in sorted(dated.items())
            )
    if schedule.get("holidays"):
        holidays = _("holidays")
        yield f"  {holidays}: " + ", ".join(schedule["holidays"])


def fits(policy: Mapping[str, Any]) -> str:
    """Return what a policy fits, in brackets."""
    if not policy["match"]:
        return _("(everything)")
    parts = (f"{name} {', '.join(one_row(str(one)) for one in wanted)}" for name, wanted in policy["match"].items())
    return f"({'; '.join(parts)})"


def targets(policy: Mapping[str, Any]) -> str:
    """Return how long each clock of a policy may run."""
    return ", ".join(f"{word(Target(name))} {exact(seconds)}" for name, seconds in policy["targets"].items())
