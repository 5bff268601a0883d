"""The figures of response times line by line: a sentence for each, which opens to what it was counted from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_, _
from cminbox.inbox.reporting import Asked
from cminbox.tui.actions import Fact, Place
from cminbox.tui.due import moment
from cminbox.tui.figure_rows import PERIODS, narrowed_to, period_begin, rows
from cminbox.tui.plain.spots import Spot, ignoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.tui.figure_rows import Row
    from cminbox.tui.plain.inbox import Effect


class Figures(Spot):
    """Says figures; they are counted from what happened when one comes here."""

    PLACE = Place.FIGURES
    TITLE = N_("Figures")
    EMPTY = N_("Nobody began to wait in that time.")

    _rows: Sequence[Row] = ()
    _path: Sequence[Asked] = ()
    _period = 0

    def load(self) -> None:
        """Count what is asked for. Raises Problem."""
        if not self._path:
            desk = self.inbox.desk
            self._path = [Asked(period_begin(self._period, desk.session.reading, desk.now), desk.now + 1, {})]
        found = self.inbox.session.reading.report(self._path[-1], self._stopped)
        self._rows = [row for row in rows(found) if row.said]
        self.chosen = 0
        self._was_read = False

    def _stopped(self) -> bool:
        self.inbox.tick()
        return False

    @property
    def title(self) -> str:
        """Which figures these are."""
        asked = self._path[-1]
        since = _("since {moment}").format(moment=moment(asked.since, self.inbox.desk.now))
        return ", ".join((super().title, _(PERIODS[self._period][0]), since, *narrowed_to(asked)))

    @property
    def counted(self) -> str:
        """Which figures these are; how many lines there are would be one figure more."""
        return self.title

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._rows)

    def line(self, index: int) -> str:
        """Return a figure with what it counts."""
        return self._rows[index].said

    def about(self, index: int) -> Iterator[str]:
        """Yield what opens here."""
        row = self._rows[index]
        if row.opens:
            key = self.inbox.commands.key_of("open_figure")
            yield _("{key} opens what it was counted from").format(key=key)

    def facts(self) -> frozenset[Fact]:
        """Nothing has to hold for any key here."""
        return frozenset()

    def own_effects(self) -> Mapping[str, Effect]:
        """Return what can be done here."""
        return {"open_figure": ignoring(self._open), "other_period": ignoring(self._other_period)}

    def _open(self) -> None:
        self.check()
        row = self._rows[self.chosen]
        if row.asked is not None:
            self._path = [*self._path, row.asked]
            self.enter()
        elif row.ids:
            what = " ".join((*narrowed_to(self._path[-1]), row.what))
            self.inbox.list_conversations(row.ids, what)
        else:
            self.inbox.tell(_("Nothing is behind this line"))

    def _other_period(self) -> None:
        self._period = (self._period + 1) % len(PERIODS)
        self._path = ()
        self.enter()

    def back(self) -> None:
        """Go back to the figures of the whole, from there to the queue."""
        if len(self._path) > 1:
            self._path = self._path[:-1]
            self.enter()
        else:
            super().back()
