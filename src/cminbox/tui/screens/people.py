"""The persons who were in touch last, or whose name holds what one types; each with what is known of him."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.grammar import written_by
from cminbox.i18n import _
from cminbox.i18n.durations import span
from cminbox.inbox.persons import Listed
from cminbox.tui import wording
from cminbox.tui.actions import Place
from cminbox.tui.ink import Ink, Line
from cminbox.tui.screens.list_screen import SearchedScreen
from cminbox.tui.styles import style
from cminbox.tui.widgets.person_panel import person_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.timer import Timer

    from cminbox.inbox.persons import PersonView
    from cminbox.tui.desk import Desk
    from cminbox.tui.screens.base import Effect, Program

_HANDLE, _AGE, _ACCOUNT = 28, 8, 20
_PAUSE_SECONDS = 0.15


class PeopleScreen(SearchedScreen[Listed]):
    """Lists persons in a list that never moves by itself, above what is known of the chosen one."""

    PLACE = Place.PEOPLE
    DEFAULT_CSS = style("people")

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._view: PersonView | None = None
        self._query = ""
        self._pause: Timer | None = None

    def _own_effects(self) -> Mapping[str, Effect]:
        return {
            "find_person": self._open_search,
            "person_messages": self._show_messages,
        }

    def _typed(self) -> None:
        # Once no key follows: each look is a query.
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE_SECONDS, self._find)

    def _read(self) -> None:
        self._rows = self.desk.session.reading.persons.named(self._query)
        self._chosen = 0
        self._paint()

    def _find(self) -> None:
        self._query = self._search.text
        self._read()

    def _open_search(self) -> None:
        self._open_field(self._query, partial(self._end_search, keep=True), partial(self._end_search, keep=False))

    def _end_search(self, *, keep: bool) -> None:
        self._query = self._search.text if keep else ""
        self._close_field()
        self._read()

    def _paint(self) -> None:
        chosen = self._row
        self._view = None if chosen is None else self.desk.session.reading.persons.of_list(chosen)
        super()._paint()

    def _show_messages(self) -> None:
        """Go to the inbox, narrowed to what the chosen person wrote."""
        if self._row is None:
            return
        person = self._row.person
        self.desk.filter(written_by(person.handle or person.name))
        self.program.show_inbox()

    def _title_line(self) -> Line:
        if self._query:
            return Line(_("Persons with “{letters}”").format(letters=self._query), Ink.STRONG)
        return Line(_("Persons who were in touch last"), Ink.STRONG)

    def _lines(self, width: int) -> list[Line]:
        lines = [self._line(index, width) for index in range(len(self._rows))]
        return lines or [Line(_("Nobody is known by that name.") if self._query else _("Nobody has written yet."))]

    def _line(self, index: int, width: int) -> Line:
        one = self._rows[index]
        ink = Ink.MARKED if index == self._chosen else Ink.PLAIN
        age = "" if one.latest is None else span(max(0, self.desk.now - one.latest) / 1000)
        line = Line().column(wording.person(one.person), min(_HANDLE, width // 2), ink).column("", 1, ink)
        name_width = max(1, width - line.width - _AGE - _ACCOUNT - 1)
        line.column(one.person.name, name_width, ink).column("", 1, ink)
        return line.column(one.account, _ACCOUNT, ink).column(age, _AGE, ink, right=True)

    def _about(self, width: int) -> list[Line]:
        rule = Line().fill(width, Ink.FAINT, character=wording.RULE)
        return [] if self._view is None else [rule, *person_lines(self._view, width, now=self.desk.now)]
