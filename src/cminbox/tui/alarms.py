"""Telling of stages: in the last line, by the terminal's bell, on the desktop. Each announcement is told once.

The syncing process announces each stage of each wait once, for everybody; every screen tells what was announced since
it began. What was answered meanwhile, or stands still, is not told any more. No word of a stranger leaves the screen.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Protocol

from cminbox.domain.conversation import Status, Target
from cminbox.domain.text import safe
from cminbox.i18n import _, ngettext
from cminbox.inbox.clock import Notice, clock_of
from cminbox.tui import wording
from cminbox.tui.ink import Ink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cminbox.domain.alerts import Alerts, Form, From
    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.reading import Announced, Reading

QUIET_SECONDS = 10.0
"""Bell and desktop are left alone for so long after they were used; what comes meanwhile is told together."""
OLD_NEWS = 3600 * 1000
"""What has been so for longer when it is announced, because nothing ran, makes no sound: it is told in words alone."""
PATIENCE_SECONDS = 5.0
"""So long the last line goes on saying what it says before something is told there."""
_LOOK_SECONDS = 1.0
_LOUDNESS = {Notice.WARN: 0, Notice.URGENT: 1, Notice.BREACHED: 2, Notice.AGAIN: 3}
_FROM: Mapping[From, int] = {"warn": 0, "urgent": 1, "late": 2, "never": 9}
_INKS = {Notice.WARN: Ink.WARN, Notice.URGENT: Ink.SOON, Notice.BREACHED: Ink.LATE, Notice.AGAIN: Ink.LATER_STILL}
_BELL = "\x07"
_ESCAPE = "\x1b"
_LONGEST = 120
_KNOWS_9 = frozenset({"iTerm.app", "WezTerm", "WarpTerminal", "ghostty"})


class Line(Protocol):
    """The last line of a screen."""

    @property
    def speaks(self) -> bool:
        """Whether it says something to a person now, beside what keys do."""

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer."""

    def tell(self, text: str, ink: Ink = ...) -> None:
        """Say something."""


class Terminal(Protocol):
    """What is written to beside the screen."""

    def signal(self, sequence: str) -> None:
        """Write a sequence that draws nothing."""


class Alarms:
    """What a screen has still to tell. Call `tick` a few times a second."""

    def __init__(self, reading: Reading, alerts: Alerts, environ: Mapping[str, str]) -> None:
        self._reading = reading
        self._alerts = alerts
        self._environ = environ
        self._after: int | None = None
        self._look_at = 0.0
        self._for_line: list[tuple[Announced, QueueRow]] = []
        self._since = 0.0
        self._for_bell = False
        self._for_desktop: dict[tuple[int, Target, int], Notice] = {}
        self._loud_at = -QUIET_SECONDS

    def heed(self, alerts: Alerts) -> None:
        """Tell as other settings want it, from now on."""
        self._alerts = alerts

    def tick(self, line: Line, terminal: Terminal, now: int) -> None:
        """Look for what was announced, and tell it as soon as it disturbs nobody. `now` is UTC milliseconds."""
        moment = monotonic()
        if moment >= self._look_at:
            self._look_at = moment + _LOOK_SECONDS
            self._take(self._news(now), moment)
        if moment - self._loud_at >= QUIET_SECONDS:
            self._sound(terminal, moment)
        if self._for_line and not line.asks and (not line.speaks or moment - self._since >= PATIENCE_SECONDS):
            waiting, self._for_line = self._for_line, []
            still = [(one, row) for one, row in waiting if still_so(one, row, now)]
            if still:
                line.tell(sentence(still), _INKS[max((one.notice for one, _row in still), key=_LOUDNESS.__getitem__)])

    def _news(self, now: int) -> list[tuple[Announced, QueueRow]]:
        """Return what was announced since the last look and still holds; of one wait only what is loudest."""
        newest = self._reading.newest_announcement()
        if self._after is None or newest < self._after:
            self._after = newest
        if newest == self._after:
            return []
        found = self._reading.announced(self._after)
        self._after = found[-1].id if found else newest
        rows = self._reading.rows(list({one.conversation_id for one in found}))
        loudest: dict[tuple[int, Target, int], Announced] = {}
        for one in sorted(found, key=lambda one: _LOUDNESS[one.notice]):
            loudest[_wait(one)] = one
        held = [(one, rows[one.conversation_id]) for one in loudest.values() if one.conversation_id in rows]
        return [(one, row) for one, row in held if still_so(one, row, now)]

    def _take(self, news: Sequence[tuple[Announced, QueueRow]], moment: float) -> None:
        alerts = self._alerts
        line = [(one, row) for one, row in news if _LOUDNESS[one.notice] >= _FROM[alerts.line]]
        if line and not self._for_line:
            self._since = moment
        self._for_line += line
        fresh = [one for one, _row in news if one.announced_at - one.reached_at <= OLD_NEWS]
        self._for_bell = self._for_bell or any(_LOUDNESS[one.notice] >= _FROM[alerts.bell] for one in fresh)
        for one in fresh:
            if _LOUDNESS[one.notice] >= _FROM[alerts.desktop]:
                self._for_desktop[_wait(one)] = one.notice

    def _sound(self, terminal: Terminal, moment: float) -> None:
        if not self._for_bell and not self._for_desktop:
            return
        self._loud_at = moment
        if self._for_bell:
            terminal.signal(_BELL)
        if self._for_desktop:
            text = f"cminbox: {counted(list(self._for_desktop.values()))}"
            terminal.signal(desktop_sequence(text, self._environ, self._alerts.desktop_form))
        self._for_bell, self._for_desktop = False, {}


def _wait(one: Announced) -> tuple[int, Target, int]:
    return one.conversation_id, one.target, one.start


def still_so(one: Announced, row: QueueRow, now: int) -> bool:
    """Whether a wait is still where it was announced to be: neither answered nor standing still.

    Where another clock of the conversation is more pressing, that it is open has to do. `now` is UTC milliseconds.
    """
    clock = clock_of(row, now)
    if clock is None or clock.due is None or row.status is not Status.OPEN:
        return False
    if (clock.target, clock.start) == (one.target, one.start):
        return now >= one.reached_at
    return Target.RESOLUTION in {clock.target, one.target}


def sentence(news: Sequence[tuple[Announced, QueueRow]]) -> str:
    """Return what the last line says of one wait, by name, or of several, by their numbers."""
    if len(news) > 1:
        return counted([one.notice for one, _row in news])
    (one, row) = news[0]
    text = {
        Notice.WARN: _("Due soon: {person}"),
        Notice.URGENT: _("Urgent: {person}"),
        Notice.BREACHED: _("Late: {person}"),
        Notice.AGAIN: _("Late by twice the time: {person}"),
    }[one.notice]
    return text.format(person=safe(wording.person(row.person), limit=_LONGEST // 2))


def counted(notices: Sequence[Notice]) -> str:
    """Return how many are late, urgent and due soon, without a word of what it is about."""
    late = sum(one in {Notice.BREACHED, Notice.AGAIN} for one in notices)
    urgent, soon = notices.count(Notice.URGENT), notices.count(Notice.WARN)
    parts = []
    if late:
        parts.append(ngettext("{count} message late", "{count} messages late", late).format(count=late))
    if urgent:
        parts.append(ngettext("{count} message urgent", "{count} messages urgent", urgent).format(count=urgent))
    if soon:
        parts.append(ngettext("{count} message due soon", "{count} messages due soon", soon).format(count=soon))
    return ", ".join(parts)


def desktop_sequence(text: str, environ: Mapping[str, str], form: Form) -> str:
    """Return what asks a terminal to show a notification on the desktop, wrapped where tmux or screen lies between.

    Nothing in `text` can steer the terminal or end the sequence.
    """
    said = safe(text, limit=_LONGEST).replace(";", ",")
    number = form if form != "auto" else _form(environ)
    # Ended by a bell: screen takes the other end for its own.
    plain = f"{_ESCAPE}]9;{said}{_BELL}" if number == "osc9" else f"{_ESCAPE}]777;notify;cminbox;{said}{_BELL}"
    if environ.get("TMUX"):
        doubled = plain.replace(_ESCAPE, _ESCAPE * 2)
        return f"{_ESCAPE}Ptmux;{doubled}{_ESCAPE}\\"
    return f"{_ESCAPE}P{plain}{_ESCAPE}\\" if environ.get("STY") else plain


def _form(environ: Mapping[str, str]) -> Form:
    """Return the sequence that the terminal is known to understand; most that know either know the first."""
    if environ.get("TERM_PROGRAM") in _KNOWS_9:
        return "osc9"
    return "osc777" if environ.get("VTE_VERSION") or environ.get("TERM", "").startswith(("foot", "rxvt")) else "osc9"
