"""When an answer is due and until when its network takes one, in words. Instants are UTC milliseconds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Target
from cminbox.i18n import N_, _
from cminbox.i18n.durations import span
from cminbox.inbox.clock import ClockState, clock_of
from cminbox.tui.ink import Ink

if TYPE_CHECKING:
    from cminbox.domain.conversation import QueueRow

_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_NEAR_DAYS = 6
"""A weekday alone names a day that is at most so far away."""
_HOUR = 3600 * 1000
_DUE = {
    Target.FRT: N_("first reply due {moment}"),
    Target.NRT: N_("next reply due {moment}"),
    Target.RESOLUTION: N_("to be settled by {moment}"),
}
_PAUSED = {
    Target.FRT: N_("first reply: the clock stands still, {left} left"),
    Target.NRT: N_("next reply: the clock stands still, {left} left"),
    Target.RESOLUTION: N_("settling: the clock stands still, {left} left"),
}


def moment(at: int, now: int) -> str:
    """Return an instant in this machine's time: `09:29` today, `Mon 09:29` within days, else with its date."""
    then, today = (datetime.fromtimestamp(one / 1000).astimezone() for one in (at, now))
    clock = f"{then:%H:%M}"
    days = (then.date() - today.date()).days
    if not days:
        return clock
    if abs(days) <= _NEAR_DAYS:
        return f"{weekday(then.weekday())} {clock}"
    return f"{then:%Y-%m-%d} {clock}"


def weekday(day: int) -> str:
    """Return the short name of a weekday; Monday is 0."""
    return _(_WEEKDAYS[day])


def due(row: QueueRow, now: int) -> str:
    """Return which answer is due when, empty when none is."""
    clock = clock_of(row, now)
    if clock is None:
        return ""
    if clock.due is None:
        return _(_PAUSED[clock.target]).format(left=span((clock.left or 0) / 1000))
    text = _("late since {moment}") if clock.state is ClockState.BREACHED else _(_DUE[clock.target])
    return text.format(moment=moment(clock.due, now))


def window(until: int | None, now: int) -> tuple[str, Ink]:
    """Return until when the network takes a reply and how that is drawn, empty where there is no such rule."""
    if until is None:
        return "", Ink.PLAIN
    if until < now:
        return _("no reply taken since {moment}").format(moment=moment(until, now)), Ink.LATE
    ink = Ink.SOON if until - now < _HOUR else Ink.PLAIN
    return _("replies taken until {moment}").format(moment=moment(until, now)), ink
