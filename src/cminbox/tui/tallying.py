"""Counting what views hold, beside the screen: a count of one's own view may have to look at many conversations."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.filter import Filter
from cminbox.domain.problem import Problem
from cminbox.domain.value import dataclass
from cminbox.tui.desk import MOST_COUNTED
from cminbox.tui.views import narrowed

if TYPE_CHECKING:
    from cminbox.tui.desk import Desk
    from cminbox.tui.screens.inbox import InboxScreen
    from cminbox.tui.views import View


@dataclass(frozen=True, slots=True)
class Tally:
    """How many conversations a view holds, one more than `MOST_COUNTED` for more, and how many of them are late.

    `all` is None where a view is counted elsewhere, or would take too long to be counted.
    """

    all: int | None
    late: int


def tally(desk: Desk) -> dict[str, Tally]:
    """Count what each view of a desk holds, and how much of it is late. Takes its time; made for a thread."""
    return {one.id: _tally(desk, one) for one in desk.views}


def _tally(desk: Desk, view: View) -> Tally:
    count = desk.session.reading.count
    late = Filter(late=True)
    try:
        found = count(view.base or Filter(), MOST_COUNTED + 1) if view.own else None
        return Tally(found, count(narrowed(view.base, late) or late, MOST_COUNTED + 1))
    except Problem:
        return Tally(None, 0)


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
            found = await asyncio.to_thread(partial(tally, desk))
        finally:
            self._counting = False
        if found != desk.tallies:
            desk.tallies = found
            self._screen.header.redraw()
            self._screen.rail.redraw()
