"""Counting what views hold, beside the screen: a count of one's own view may have to look at many conversations."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem

if TYPE_CHECKING:
    from cminbox.tui.screens.inbox import InboxScreen


class Tallying:
    """Keeps the counts of one screen's views fresh, as far as they are shown."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._counting = False

    def look(self) -> None:
        """Count anew, unless that is being done or nobody would see it."""
        shown = self._screen.rail.display or any(view.own for view in self._screen.desk.views)
        if shown and not self._counting:
            self._counting = True
            self._screen.run_worker(self._count(), group="tally", exit_on_error=False)

    async def _count(self) -> None:
        desk = self._screen.desk
        try:
            found = await asyncio.to_thread(desk.tally)
        except Problem:
            # The counts stay as they are; whoever needs the database hears of it.
            found = dict(desk.tallies)
        finally:
            self._counting = False
        if found != desk.tallies:
            desk.tallies = found
            self._screen.header.redraw()
            self._screen.rail.redraw()
