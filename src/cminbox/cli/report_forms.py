"""The figures of response times as a page, as JSON and as a table for a spreadsheet: the same figures in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.cli import moments
from cminbox.cli.forms import instant, seconds
from cminbox.cli.words import word
from cminbox.domain.message import Kind
from cminbox.domain.text import row as one_row
from cminbox.i18n import _, dates
from cminbox.i18n.durations import about
from cminbox.i18n.numbers import per_cent as as_per_cent
from cminbox.inbox.figure_words import NOTHING, TITLES
from cminbox.inbox.reporting import per_cent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.domain.conversation import Target
    from cminbox.inbox.reporting import Forecast, Report, Tally

KINDS = frozenset(kind.value for kind in Kind)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COLUMNS = (
    "dimension",
    "value",
    "target",
    "waits",
    "met",
    "breached",
    "cancelled",
    "running",
    "attainment",
    "median_business_s",
    "p90_business_s",
    "median_wall_s",
    "p90_wall_s",
)


def tally(one: Tally) -> dict[str, Any]:
    """Return the figures of one target."""
    return {
        "waits": one.waits,
        "met": one.met,
        "breached": one.breached,
        "cancelled": one.cancelled,
        "running": one.running,
        "attainment": one.attainment,
        "median_business_s": _seconds(one.median_business),
        "p90_business_s": _seconds(one.p90_business),
        "median_wall_s": _seconds(one.median_wall),
        "p90_wall_s": _seconds(one.p90_wall),
    }


def report(found: Report, expected: Forecast | None) -> dict[str, Any]:
    """Return a whole report as one object."""
    return {
        "since": instant(found.asked.since),
        "until": instant(found.asked.until),
        "zone": found.zone or None,
        "targets": _tallies(found.totals),
        "by": {
            name: {value: _tallies(tallies) for value, tallies in groups.items()}
            for name, groups in found.groups.items()
        },
        "heat": dict(zip(DAYS, found.heat, strict=True)),
        "late": dict(zip(DAYS, found.late, strict=True)),
        "forecast": None if expected is None else forecast(expected),
    }


def forecast(expected: Forecast) -> dict[str, Any]:
    """Return what is to be expected."""
    return {"late": expected.late, "until": instant(expected.ends_at), "answers_per_hour": expected.per_hour}


def table(found: Report) -> Iterator[Sequence[object]]:
    """Yield a report as rows for a spreadsheet, titles first; the hours of the week have waits and late ones only."""
    yield _COLUMNS
    groups = {"all": {"": found.totals}, **found.groups}
    for dimension, values in groups.items():
        for value, tallies in values.items():
            for target, one in tallies.items():
                yield (dimension, value, target.value, *tally(one).values())
    for weekday, hours in enumerate(found.heat):
        for hour, waits in enumerate(hours):
            if waits:
                late = found.late[weekday][hour]
                yield ("hour", f"{DAYS[weekday]} {hour:02}", "", waits, None, late, *[None] * 7)


def page(found: Report) -> Iterator[Sequence[str]]:
    """Yield the tables of a report as rows of cells; a row of one cell is a title, an empty one ends a table."""
    yield (
        _("Response times of waits that began from {since} to {until}").format(
            since=moments.shown(found.asked.since), until=moments.shown(found.asked.until)
        ),
    )
    yield from _figures({"": found.totals})
    for name, groups in found.groups.items():
        if len(groups) > 1:
            yield (_(TITLES[name]),)
            yield from _figures({_value(name, value): tallies for value, tallies in groups.items()})


def heat(found: Report) -> Iterator[str]:
    """Yield when waits began: a line for each weekday, a column for each hour."""
    width = max(2, *(len(str(count)) for hours in found.heat for count in hours)) + 1
    where = found.zone or _("this machine's time")
    yield _("When messages came that wait or waited for an answer, by hour ({zone})").format(zone=where)
    names = [dates.weekday(day) for day in range(len(DAYS))]
    indent = max(len(name) for name in names) + 2
    yield " " * indent + "".join(f"{hour:>{width}}" for hour in range(24))
    for name, hours in zip(names, found.heat, strict=True):
        cells = "".join(f"{count or '·':>{width}}" for count in hours)
        yield f"{name:<{indent}}{cells}"


def _value(name: str, value: str) -> str:
    """Return a value of a dimension in the reader's words; policies that nobody has renamed are called as kinds."""
    if name in {"kind", "policy"} and value in KINDS:
        return word(Kind(value))
    return one_row(value) or _(NOTHING[name])


def _figures(groups: Mapping[str, Mapping[Target, Tally]]) -> Iterator[Sequence[str]]:
    yield (
        "",
        "",
        _("in time"),
        _("late"),
        _("cancelled"),
        _("running"),
        _("attained"),
        _("median, p90"),
        _("by the clock on the wall"),
    )
    for value, tallies in groups.items():
        for target, one in tallies.items():
            yield (
                value,
                word(target),
                str(one.met),
                str(one.breached),
                str(one.cancelled),
                str(one.running),
                _share(one.attainment),
                f"{_about(one.median_business)}, {_about(one.p90_business)}",
                f"{_about(one.median_wall)}, {_about(one.p90_wall)}",
            )
    yield ()


def _tallies(tallies: Mapping[Target, Tally]) -> dict[str, Any]:
    return {target.value: tally(one) for target, one in tallies.items()}


def _seconds(duration: int | None) -> int | float | None:
    return None if duration is None else seconds(duration)


def _share(attainment: float | None) -> str:
    return "-" if attainment is None else as_per_cent(per_cent(attainment))


def _about(duration: int | None) -> str:
    return "-" if duration is None else about(duration / 1000)
