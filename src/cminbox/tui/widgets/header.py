"""The first line: the views with their counts, and what needs attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.i18n import _, ngettext
from cminbox.tui import wording
from cminbox.tui.due import moment
from cminbox.tui.ink import Ink, Line, cells
from cminbox.tui.views import view

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from cminbox.inbox.reporting import Forecast
    from cminbox.tui.desk import Desk

_GAP = 2
_SAVED = 6
"""So many of the saved views stand there where there is not room for all, and fewer where there is less."""


def header_line(desk: Desk, width: int) -> Line:
    """Return the header.

    What needs attention stands at the right. Where both have no room, first the views become shorter, then it is said
    in fewer words, and only then views are left out. What is to be expected stands between them where there is room.
    """
    right = _attention(desk, width // 2)
    left = _fitting(_tabs(desk), width, right)
    if left is None:
        right = _attention(desk, width // 2, brief=True)
        left = _fitting((*_tabs(desk), *_fewer(desk)), width, right) or _narrowest(desk)
    room = width - right.width - (_GAP if right.width else 0)
    if left.width > room:
        return left.fill(width)
    ahead = "" if desk.outlook is None else _outlook(desk.outlook, desk.now, room - left.width - _GAP)
    gap = _GAP if ahead and right.width else 0
    return left.fill(width - right.width - cells(ahead) - gap).add(ahead, Ink.WARN).add(" " * gap).join(right)


def _tabs(desk: Desk) -> Iterator[Line]:
    yield _row(desk, f" {wording.BAR} ", short=False, all_of_them=True)
    yield _row(desk, "  ", short=False, all_of_them=True)
    yield _row(desk, "  ", short=False, all_of_them=False)
    yield _row(desk, "  ", short=True, all_of_them=False)
    for saved in range(_SAVED, -1, -1):
        yield _row(desk, "  ", short=True, all_of_them=False, left_out=_saved_views(desk)[saved:])


def _fewer(desk: Desk) -> Iterator[Line]:
    """Yield the views with one less each time, from the end; the current one and what is late stay longest."""
    views = [one.id for one in desk.views if not one.own and one.id != "late"]
    for count in range(len(views) - 1, 0, -1):
        left_out = (*_saved_views(desk), *views[count:])
        yield _row(desk, "  ", short=True, all_of_them=False, left_out=left_out)
    yield _pressing(desk)


def _saved_views(desk: Desk) -> list[str]:
    return [one.id for one in desk.views if one.own]


def _fitting(lines: Iterable[Line], width: int, right: Line) -> Line | None:
    """Return the first line that has room beside the right one."""
    room = width - right.width - (_GAP if right.width else 0)
    return next((line for line in lines if line.width <= room), None)


def _pressing(desk: Desk) -> Line:
    """Return the current view with what is late and soon will be: the least that a day needs."""
    line = _narrowest(desk)
    late = view("late")
    if desk.counts.late and desk.view.id != late.id:
        line.add("  ").add(f"{_(late.short)} {desk.counts.late}", Ink.LATE)
    _add_soon(line, desk, "", short=True)
    return line


def _row(desk: Desk, between: str, *, short: bool, all_of_them: bool, left_out: Collection[str] = ()) -> Line:
    """Return the views with their counts; of those that are `left_out` the current one stays."""
    line = Line()
    for one in desk.views:
        current = one.id == desk.view.id
        if one.id in left_out and not current:
            continue
        count = desk.count_of(one)
        if all_of_them or count or current or one.base is None:
            if line.width:
                line.add(between, Ink.FAINT)
            label = one.short_title if short else one.title
            ink = Ink.MARKED if current else Ink.LATE if one.id == "late" and count else Ink.PLAIN
            line.add(label if count is None else f"{label} {wording.counted(count)}", ink)
        if one.id == "late":
            _add_soon(line, desk, between, short=short)
    return line


def _add_soon(line: Line, desk: Desk, between: str, *, short: bool) -> None:
    """Add how much will be late soon, as a sign where there is little room."""
    count = desk.counts.at_risk - desk.counts.late
    if count > 0 and short:
        line.add(f" {wording.State.SOON.sign}{count}", Ink.SOON)
    elif count > 0:
        # Translators: in the first line of the screen, beside "Late 3": so many are nearly late
        line.add(between, Ink.FAINT).add(_("Soon {count}").format(count=count), Ink.SOON)


def _narrowest(desk: Desk) -> Line:
    count = desk.count_of(desk.view)
    said = desk.view.short_title
    return Line(said if count is None else f"{said} {wording.counted(count)}", Ink.MARKED)


def _attention(desk: Desk, width: int, *, brief: bool = False) -> Line:
    """Return what needs attention, the most pressing first, as much as fits; of networks little where it is `brief`."""
    line = Line()
    for texts, ink in _concerns(desk, brief=brief):
        gap = _GAP if line.width else 0
        fitting = next((text for text in texts if line.width + gap + cells(text) <= width), None)
        if fitting is not None:
            line.fill(line.width + gap).add(fitting, ink)
    return line


def _concerns(desk: Desk, *, brief: bool) -> Iterator[tuple[tuple[str, ...], Ink]]:
    """Yield each concern in its wordings, the longest first."""
    if len(desk.holds):
        seconds = desk.holds.seconds_left(desk.now)
        long = wording.held(len(desk.holds), seconds, key_of(desk, "undo"))
        yield (f"> {long}", f">{len(desk.holds)} {seconds}s"), Ink.HELD
    if desk.unsent:
        key = key_of(desk, "outbox")
        yield (f"x {wording.not_sent(len(desk.unsent), key)}", f"x{len(desk.unsent)} {key}"), Ink.LATE
    yield from _networks(desk, brief=brief)
    if desk.sync:
        idle = _("nothing is fetched")
        yield (desk.sync, f"{idle} {key_of(desk, 'accounts')}", "!"), Ink.SOON
    if desk.arrived:
        yield (wording.arrivals(desk.arrived),), Ink.STRONG
    if desk.session.demo:
        yield (_("demo"),), Ink.FAINT


def _networks(desk: Desk, *, brief: bool) -> Iterator[tuple[tuple[str, ...], Ink]]:
    """Yield which networks are not read, and the key that leads to the mend where a person has to do something."""
    offline = wording.works_offline(desk.accounts.values())
    if offline:
        yield (_("working offline"), _("offline")), Ink.SOON
    troubled = desk.troubled()
    away = [one for one in troubled if one.health.state is HealthState.OFFLINE]
    together = brief and len(away) > 1
    if together:
        # Translators: so many networks cannot be reached, in the first line of a narrow screen
        yield (ngettext("{count} offline", "{count} offline", len(away)).format(count=len(away)),), Ink.SOON
    for one in troubled:
        if together and one in away:
            continue
        chip = f"{wording.short_network(one)} {wording.health(one, desk.now, brief=brief)}"
        if wording.needs_sign_in(one):
            yield (f"{chip} {key_of(desk, 'accounts')}", chip), Ink.SOON
        elif not (offline and one.health.state is HealthState.PAUSED):
            yield (chip,), Ink.SOON


def _outlook(ahead: Forecast, now: int, width: int) -> str:
    """Return what is to be expected as far as it fits, empty where nothing is or fits."""
    # Translators: conversations that will be late, beside those that are, before the end of the shift
    long = ngettext("{count} more late by {moment}", "{count} more late by {moment}", ahead.late)
    short = ngettext("{count} will be late", "{count} will be late", ahead.late)
    texts = (long.format(count=ahead.late, moment=moment(ahead.ends_at, now)), short.format(count=ahead.late))
    return next((text for text in texts if cells(text) <= width), "") if ahead.late else ""


def key_of(desk: Desk, action_id: str) -> str:
    """Return the first key of an action as it is written on the screen, empty when it has none."""
    keys = next(desk.keymap.keys(one) for one in desk.keymap.actions if one.id == action_id)
    return wording.key_name(keys[0]) if keys else ""
