"""What a filter finds beyond the queue: a retired network's history is done, and so is most of what was ever read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.i18n import ngettext
from cminbox.tui.ink import Line

if TYPE_CHECKING:
    from cminbox.domain.filter import Filter
    from cminbox.tui.screens.inbox import InboxScreen

_MOST = 100


class Beyond:
    """Counts beside the screen, once for each filter that finds nothing in the queue."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._asked: Filter | None = None
        self._found = 0

    def lines(self) -> list[Line]:
        """Return how much more there is, as far as it is known by now; nothing where the filter says itself where."""
        typed = self._screen.desk.typed
        if typed is None or not typed.waiting:
            return []
        if typed != self._asked:
            self._asked, self._found = typed, 0
            self._screen.run_worker(self._count(typed), group="beyond", exclusive=True)
        if not self._found:
            return []
        said = ngettext(
            "{count} with is:all, done already", "{count} with is:all, done already or put off", self._found
        )
        return [Line(said.format(count=self._found if self._found < _MOST else f"{self._found}+"))]

    async def _count(self, typed: Filter) -> None:
        wanted = replace(typed, everything=True, order=None)
        try:
            found = await asyncio.to_thread(self._screen.desk.session.reading.count, wanted, _MOST)
        except Problem:
            # A search that takes too long, or a busy database: it was an offer only.
            return
        if found and typed == self._asked:
            self._found = found
            self._screen.list.repaint_everything()
