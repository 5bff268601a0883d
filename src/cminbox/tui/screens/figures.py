"""The figures of the shift, of a week or a month; each opens to the conversations that it was counted from."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
from typing import TYPE_CHECKING

from cminbox.i18n import _
from cminbox.inbox.reporting import Asked
from cminbox.tui.actions import Fact, Place
from cminbox.tui.due import moment
from cminbox.tui.figure_rows import PERIODS, Row, narrowed_to, period_begin, rows
from cminbox.tui.ink import Ink, Line
from cminbox.tui.screens.list_screen import ListScreen
from cminbox.tui.styles import style
from cminbox.tui.wording import DOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from cminbox.inbox.reporting import Report
    from cminbox.tui.desk import Desk
    from cminbox.tui.screens.base import Effect, Program

_BREATH_SECONDS, _BREATHE_EVERY = 0.001, 10
"""Counting stands back now and then, so that keys are not kept waiting."""


class FiguresScreen(ListScreen[Row]):
    """Shows figures. They are counted in a thread of its own, from what happened, when the screen is opened."""

    PLACE = Place.FIGURES
    DEFAULT_CSS = style("figures")

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._parts = (self._title, self._list)
        self._period = 0
        self._path: list[Asked] = []
        self._counting: Future[Report] | None = None
        self._stop = Event()
        self._thread = ThreadPoolExecutor(1, "figures")

    def _own_effects(self) -> Mapping[str, Effect]:
        return {
            "open_figure": self._open,
            "other_period": self._other_period,
            "redraw": self._count_again,
            "back": self._back,
        }

    def facts(self) -> frozenset[Fact]:
        """Nothing has to hold for any key here."""
        return frozenset()

    def on_mount(self) -> None:
        """Begin to count."""
        self._begin()

    def on_unmount(self) -> None:
        """Stop counting: the store may be closed next."""
        self._stop.set()
        self._thread.shutdown(cancel_futures=True)

    def tick(self, now: int) -> None:
        """Show the figures once they are counted."""
        del now
        if self._counting is None or not self._counting.done():
            return
        counted, self._counting = self._counting, None
        # What goes wrong is said in the last line by whoever called this.
        self._rows = rows(counted.result())
        self._chosen = 0
        self._choose(0)

    # Counting

    def _begin(self) -> None:
        """Count what the chosen period holds."""
        now = self.desk.now
        since = period_begin(self._period, self.desk.session.reading, now)
        self._path = [Asked(since, now + 1, {})]
        self._count()

    def _count(self) -> None:
        self._stop.set()
        self._stop = stop = Event()
        self._rows = []
        self._counting = self._thread.submit(self.desk.session.reading.report, self._path[-1], _breathing(stop))
        self.repaint_all()

    def _count_again(self) -> None:
        self.program.redraw()
        self._begin()

    def _other_period(self) -> None:
        self._period = (self._period + 1) % len(PERIODS)
        self._begin()

    # Moving about

    def _open(self) -> None:
        row = self._row
        if row is None:
            return
        if row.asked is not None:
            self._path.append(row.asked)
            self._count()
        elif row.ids:
            self.program.show_conversations(row.ids, " ".join((*narrowed_to(self._path[-1]), row.what)))

    def _back(self) -> None:
        if len(self._path) > 1:
            self._path.pop()
            self._count()
        else:
            self.program.show_inbox()

    def _opening(self) -> list[int]:
        return [one for one, row in enumerate(self._rows) if row.opens] or [0]

    def _choose(self, index: int) -> None:
        """Choose the next row in that direction that opens to something, the last one before where none follows."""
        opening = self._opening()
        if index > self._chosen:
            found = next((one for one in opening if one >= index), opening[-1])
        else:
            found = next((one for one in reversed(opening) if one <= index), opening[0])
        super()._choose(found)

    def _keep_in_sight(self) -> None:
        found, top, height = self._chosen, self._list.offset_lines, max(1, self._list.size.height)
        if not top <= found < top + height:
            self._list.wanted = max(0, found - height + 1) if found >= top else found
        if found == self._opening()[0]:
            # The title above the first figure is seen with it.
            self._list.wanted = 0

    # Drawing

    def _title_line(self) -> Line:
        asked = self._path[-1] if self._path else None
        name = _("Figures")
        line = Line(f"{name} {DOT} {_(PERIODS[self._period][0])}", Ink.STRONG)
        if asked is not None:
            since = _("since {moment}").format(moment=moment(asked.since, self.desk.now))
            line.add(f" {DOT} {since}")
            for part in narrowed_to(asked):
                line.add(f" {DOT} {part}", Ink.STRONG)
        return line

    def _lines(self, width: int) -> Sequence[Line]:
        if self._counting is not None:
            return [Line(_("Counting …"), Ink.FAINT)]
        if not self._rows:
            return [Line(_("Nobody began to wait in that time."))]
        return [_marked(row.line, width) if index == self._chosen else row.line for index, row in enumerate(self._rows)]


def _marked(line: Line, width: int) -> Line:
    return Line(str(line), Ink.MARKED).fill(width, Ink.MARKED)


def _breathing(stop: Event) -> Callable[[], bool]:
    """Return what says whether to stop, and lets others have the processor now and then."""
    asked = count()

    def stopped() -> bool:
        if not next(asked) % _BREATHE_EVERY:
            time.sleep(_BREATH_SECONDS)
        return stop.is_set()

    return stopped
