"""The list when nothing waits: what was handled, how fast, and when something comes back."""

from __future__ import annotations

import asyncio
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.i18n import _, ngettext
from cminbox.i18n.durations import exact
from cminbox.tui import due
from cminbox.tui.ink import Ink, Line
from cminbox.tui.widgets.header import key_of

if TYPE_CHECKING:
    from cminbox.inbox.shift import Rest
    from cminbox.tui.screens.inbox import InboxScreen

_EVERY_SECONDS = 20.0


class Zero:
    """Counts beside the screen, and only while nothing is listed."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._latest: Rest | None = None
        self._next_at = 0.0

    def lines(self) -> list[Line]:
        """Return what the empty list says, as far as it is known by now.

        What has come, or has come back, is in no list before it is asked for, but it waits.
        """
        desk = self._screen.desk
        if desk.arrived:
            said = ngettext("{count} new: {key} shows it", "{count} new: {key} shows them", desk.arrived)
            return [Line(said.format(count=desk.arrived, key=key_of(desk, "merge")), Ink.STRONG)]
        if monotonic() >= self._next_at:
            self._next_at = monotonic() + _EVERY_SECONDS
            self._screen.run_worker(self._count(), group="zero", exclusive=True)
        lines = [Line(_("Nothing waiting."), Ink.STRONG)]
        rest = self._latest
        if rest is not None:
            if rest.handled:
                lines.append(Line(self._handled(rest)))
            if rest.next_snoozed is not None:
                back = _("Next snoozed {moment}.").format(moment=due.moment(rest.next_snoozed, self._screen.desk.now))
                lines.append(Line(back, Ink.FAINT))
        return lines

    def _handled(self, rest: Rest) -> str:
        if rest.median is None:
            said = ngettext("{count} handled this shift.", "{count} handled this shift.", rest.handled)
            return said.format(count=rest.handled)
        said = ngettext(
            "{count} handled this shift, median {time}.", "{count} handled this shift, median {time}.", rest.handled
        )
        return said.format(count=rest.handled, time=exact(rest.median / 1000))

    async def _count(self) -> None:
        left = Event()
        try:
            found = await asyncio.to_thread(self._screen.desk.session.reading.rest, left.is_set)
        except Problem:
            # A database that is busy is asked again later.
            return
        finally:
            left.set()
        if found != self._latest:
            self._latest = found
            self._screen.list.repaint_everything()
