"""The figures of response times as rows, each with the conversations that it was counted from or what narrows to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Target
from cminbox.domain.message import Kind
from cminbox.domain.value import dataclass
from cminbox.i18n import N_, _, ngettext, pgettext
from cminbox.i18n.durations import about, span
from cminbox.i18n.numbers import per_cent as as_per_cent
from cminbox.inbox.figure_words import NOTHING, TITLES
from cminbox.inbox.reporting import Asked, Verdict, per_cent
from cminbox.tui import wording
from cminbox.tui.due import weekday
from cminbox.tui.ink import EMPTY, Ink, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.inbox.reading import Reading
    from cminbox.inbox.reporting import Report, Tally, Wait

_DAY = 24 * 3600 * 1000
PERIODS = ((N_("this shift"), None), (N_("seven days"), 7 * _DAY), (N_("thirty days"), 30 * _DAY))
"""What figures are counted over: what it is called in English, and its length (milliseconds), None for the shift."""

_TARGETS = {
    Target.FRT: N_("first response"),
    Target.NRT: N_("next response"),
    Target.RESOLUTION: N_("resolution"),
}
_VERDICTS = {
    Verdict.MET: (N_("in time"), Ink.CALM),
    Verdict.BREACHED: (N_("late"), Ink.LATE),
    Verdict.RUNNING: (N_("running"), Ink.PLAIN),
    Verdict.CANCELLED: (N_("cancelled"), Ink.FAINT),
}
_NAME, _NUMBER = 18, 8
_VALUE, _TARGET, _SHARE, _LENGTH = 15, 17, 9, 15
"""The columns of a table, which together fill eighty cells; each keeps a blank before what stands at its right."""
_INDENT, _HOUR = 2, 3
_KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Row:
    """A line. `ids` are the conversations behind its figure; `asked` is the report of its part of the whole."""

    line: Line
    ids: tuple[int, ...] = ()
    asked: Asked | None = None
    what: str = ""
    """What the figure counts, in a word or two."""
    said: str = ""
    """The line as a sentence for those who hear it, empty where it only heads a column."""

    @property
    def opens(self) -> bool:
        """Whether there is something behind it."""
        return bool(self.ids) or self.asked is not None


def rows(found: Report) -> list[Row]:
    """Return a report as rows; every figure in them is one of the report."""
    lines: list[Row] = []
    for target, one in found.totals.items():
        lines += [*_total(found, target, one), Row(EMPTY)]
    for name, groups in found.groups.items():
        if len(groups) > 1:
            lines += [*_group(found, name), Row(EMPTY)]
    return [*lines, *_week(found)]


def _total(found: Report, target: Target, one: Tally) -> Iterator[Row]:
    title = _(_TARGETS[target])
    yield Row(Line(title, Ink.STRONG))

    def said(label: str, value: object) -> str:
        return _("{target}, {label}: {value}").format(target=title, label=label, value=value)

    counts = {
        Verdict.MET: one.met,
        Verdict.BREACHED: one.breached,
        Verdict.RUNNING: one.running,
        Verdict.CANCELLED: one.cancelled,
    }
    for verdict, count in counts.items():
        label, ink = _(_VERDICTS[verdict][0]), _VERDICTS[verdict][1]
        line = _labelled(label).column(str(count), _NUMBER, ink if count else Ink.FAINT, right=True)
        yield Row(line, _behind(found, target, verdict), what=label, said=said(label, count))
    if one.attainment is not None:
        known = _behind(found, target, Verdict.MET, Verdict.BREACHED)
        label = _("attained")
        line = _labelled(label).column(share(one.attainment), _NUMBER, right=True)
        yield Row(line, known, what=label, said=said(label, share(one.attainment)))
    if one.median_business is not None:
        answered = _ids(wait for wait in found.waits if wait.target is target and wait.wall is not None)
        label, wall = _("median, p90"), _("by the clock on the wall")
        line = _labelled(label).add(f"   {length(one.median_business)}, {length(one.p90_business)}")
        by_the_wall = _("{wall}: {times}").format(wall=wall, times=f"{length(one.median_wall)}, {length(one.p90_wall)}")
        line.add(f"   {by_the_wall}", Ink.FAINT)
        times = _("{times}; {other}").format(
            times=f"{length(one.median_business)}, {length(one.p90_business)}", other=by_the_wall
        )
        yield Row(line, answered, what=label, said=said(label, times))


def _group(found: Report, name: str) -> Iterator[Row]:
    title = Line().column(_(TITLES[name]), _VALUE, Ink.STRONG).column("", _TARGET)
    for word in (pgettext("column", "in time"), pgettext("column", "late"), pgettext("column", "running")):
        title.column(word, _NUMBER, Ink.FAINT, right=True)
    title.column(_("attained"), _SHARE, Ink.FAINT, right=True).column(_("median, p90"), _LENGTH, Ink.FAINT, right=True)
    yield Row(title)
    for value, tallies in found.groups[name].items():
        said = _value(name, value)
        for target, one in tallies.items():
            line = Line().column("", _INDENT).column(said, _VALUE - _INDENT - 1).column("", 1)
            line.column(_(_TARGETS[target]), _TARGET, Ink.FAINT)
            for verdict, count in ((Verdict.MET, one.met), (Verdict.BREACHED, one.breached), (None, one.running)):
                ink = _VERDICTS[verdict][1] if verdict is not None and count else Ink.PLAIN if count else Ink.FAINT
                line.column(str(count), _NUMBER, ink, right=True)
            line.column(share(one.attainment), _SHARE, right=True)
            # Where many stand below each other, the largest unit says enough.
            line.column(f"{_shortly(one.median_business)}, {_shortly(one.p90_business)}", _LENGTH, right=True)
            narrower = replace(found.asked, only={**found.asked.only, name: value}, target=target)
            yield Row(line, (), narrower, said, _spoken(f"{said}, {_(_TARGETS[target])}", one))


def _spoken(what: str, one: Tally) -> str:
    """Return a row of a table as a sentence."""
    parts = [
        _("{count} in time").format(count=one.met),
        ngettext("{count} late", "{count} late", one.breached).format(count=one.breached),
        _("{count} running").format(count=one.running),
    ]
    if one.attainment is not None:
        parts.append(_("{share} attained").format(share=share(one.attainment)))
    if one.median_business is not None:
        times = f"{length(one.median_business)}, {length(one.p90_business)}"
        parts.append(_("median, p90 {times}").format(times=times))
    return _("{what}: {figures}").format(what=what, figures=", ".join(parts))


def _value(name: str, value: str) -> str:
    """Return a value of a dimension in the reader's words."""
    if not value:
        return _(NOTHING[name])
    # The policies of the settings that nobody has changed are called as the kinds that they are for.
    known = name in {"kind", "policy"} and value in _KINDS
    return wording.kind_of(Kind(value)) if known else value


def _week(found: Report) -> Iterator[Row]:
    """Yield when waits for an answer began: a line for each day of the week, or for each hour of the one chosen."""
    if not any(any(hours) for hours in found.heat):
        return
    where = found.zone or _("this machine's time")
    yield Row(
        Line(_("When messages came that wait or waited for an answer, by hour ({zone})").format(zone=where), Ink.STRONG)
    )
    if found.asked.weekday is not None:
        yield from _hours(found, found.asked.weekday)
        return
    hours = "".join(f"{hour:>{_HOUR}}" for hour in range(24))
    yield Row(Line("".ljust(_NUMBER - _INDENT)).add(hours, Ink.FAINT))
    for day, counts in enumerate(found.heat):
        name = weekday(day)
        line = Line().column(name, _NUMBER - _INDENT)
        for hour, count in enumerate(counts):
            late = found.late[day][hour]
            ink = Ink.LATE if late else Ink.PLAIN if count else Ink.FAINT
            line.column(_cell(count), _HOUR, ink, right=True)
        spoken = ", ".join(f"{hour} h: {count}" for hour, count in enumerate(counts) if count)
        narrower = replace(found.asked, weekday=day) if any(counts) else None
        yield Row(line, (), narrower, name, f"{name} {spoken}" if spoken else "")


def _hours(found: Report, day: int) -> Iterator[Row]:
    for hour, count in enumerate(found.heat[day]):
        if count and found.asked.hour in {None, hour}:
            late = found.late[day][hour]
            name = f"{weekday(day)} {hour:02}:00"
            line = _labelled(name).column(str(count), _NUMBER, right=True)
            said = f"{name}: {count}"
            if late:
                word = _("late")
                line.add(f"   {word} {late}", Ink.LATE)
                said = f"{said}, {word} {late}"
            narrower = replace(found.asked, hour=hour) if found.asked.hour is None else None
            ids = () if narrower is not None else _ids(wait for wait in found.waits if wait.target in _ANSWERS)
            yield Row(line, ids, narrower, name, said)


_ANSWERS = frozenset({Target.FRT, Target.NRT})


def _cell(count: int) -> str:
    # Three cells hold two figures and a blank.
    return "·" if not count else str(count) if count < 100 else "++"  # noqa: PLR2004 - what fits


def _labelled(label: str) -> Line:
    return Line().column("", _INDENT).column(label, _NAME - _INDENT)


def _behind(found: Report, target: Target, *verdicts: Verdict) -> tuple[int, ...]:
    return _ids(wait for wait in found.waits if wait.target is target and wait.verdict in verdicts)


def _ids(waits: Iterator[Wait]) -> tuple[int, ...]:
    return tuple(sorted({wait.conversation_id for wait in waits}))


def share(attainment: float | None) -> str:
    """Return a share in per cent, a dash where nothing is known."""
    return "-" if attainment is None else as_per_cent(per_cent(attainment))


def length(duration: int | None) -> str:
    """Return a length of time that is given in milliseconds, a dash where nothing is known."""
    return "-" if duration is None else about(duration / 1000)


def _shortly(duration: int | None) -> str:
    return "-" if duration is None else span(duration / 1000)


def narrowed_to(asked: Asked) -> Sequence[str]:
    """Return what a report is narrowed to, in words."""
    parts = [_value(name, value) for name, value in asked.only.items()]
    parts += [_(_TARGETS[asked.target])] if asked.target is not None else []
    parts += [weekday(asked.weekday)] if asked.weekday is not None else []
    return [*parts, f"{asked.hour:02}:00"] if asked.hour is not None else parts


def period_begin(period: int, reading: Reading, now: int) -> int:
    """Return when a period begins (UTC milliseconds): the shift's beginning, or so long before now. Raises Problem."""
    length_of_it = PERIODS[period][1]
    return reading.shift_start() if length_of_it is None else now - length_of_it
