"""The persons who were in touch last, or whose name holds what one types; each with what is known of him."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from cminbox.i18n import _
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.actions import Fact, Place
from cminbox.tui.ink import Ink, Line
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.styles import style
from cminbox.tui.widgets.field import Field, Hooks
from cminbox.tui.widgets.lines import Lines
from cminbox.tui.widgets.person_panel import person_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer
    from textual.widgets import TextArea

    from cminbox.inbox.persons import Listed, PersonView
    from cminbox.tui.desk import Desk, News
    from cminbox.tui.screens.base import Effect, Program

_HANDLE, _AGE, _ACCOUNT = 28, 8, 20
_PAUSE_SECONDS = 0.15


class PeopleScreen(KeyScreen):
    """Lists persons above what is known of the chosen one; Enter shows all that he wrote."""

    PLACE = Place.PEOPLE
    DEFAULT_CSS = style("people")
    SCOPED_CSS = False

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._title = Lines(lambda _width: (self._title_line(),), id="header")
        self._list = Lines(self._lines, id="list")
        self._detail = Lines(self._about, id="detail")
        self._search = Field(one_line=True, id="people-search")
        self._found: Sequence[Listed] = ()
        self._view: PersonView | None = None
        self._chosen = 0
        self._query = ""
        self._pause: Timer | None = None

    def compose_above(self) -> ComposeResult:
        """Put the list above the chosen person."""
        yield self._title
        yield self._list
        yield self._detail
        yield self._search

    def effects(self) -> Mapping[str, Effect]:
        """Return what the keys do here."""
        page = max(1, self._list.size.height - 1)
        return {
            "down": lambda: self._choose(self._chosen + 1),
            "up": lambda: self._choose(self._chosen - 1),
            "page_down": lambda: self._choose(self._chosen + page),
            "page_up": lambda: self._choose(self._chosen - page),
            "top": lambda: self._choose(0),
            "bottom": lambda: self._choose(len(self._found) - 1),
            "find_person": self._open_search,
            "person_messages": self._show_messages,
            "redraw": self.program.redraw,
            "help": self.show_help,
            "palette": self.show_palette,
            "back": self.program.show_inbox,
        }

    def facts(self) -> frozenset[Fact]:
        """Whether somebody is chosen."""
        return frozenset({Fact.ROW}) if self._found else frozenset()

    @property
    def field(self) -> Field | None:
        """The field that takes what is typed."""
        return super().field or (self._search if self._search.display else None)

    def on_mount(self) -> None:
        """Read what the first frame shows."""
        self._search.display = False
        self._read()

    def take(self, news: News) -> None:
        """Leave the list as it is: it never moves by itself."""
        del news

    def repaint_all(self) -> None:
        """Draw everything again."""
        self._paint()
        super().repaint_all()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Look for what was typed once no key follows."""
        if event.text_area is not self._search or not self._search.display:
            return
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE_SECONDS, self._find)

    def _read(self) -> None:
        self._found = self.desk.session.reading.persons.named(self._query)
        self._chosen = 0
        self._paint()

    def _find(self) -> None:
        self._query = self._search.text
        self._read()

    def _open_search(self) -> None:
        self._search.display = True
        keymap = self.desk.keymap
        known = {one.id: keymap.keys(one) for one in keymap.actions}
        hooks = Hooks(lambda: self._end_search(keep=True), lambda: self._end_search(keep=False), known["send"], ())
        self._search.open(hooks, self._query, len(self._query), 0.0)
        self.paint_footer()

    def _end_search(self, *, keep: bool) -> None:
        self._query = self._search.text if keep else ""
        self._search.close()
        self._search.display = False
        self._read()
        self.paint_footer()

    def _choose(self, index: int) -> None:
        self._chosen = index
        self._paint()

    def _paint(self) -> None:
        self._chosen = max(0, min(self._chosen, len(self._found) - 1))
        chosen = self._found[self._chosen] if self._found else None
        self._view = None if chosen is None else self.desk.session.reading.persons.of_list(chosen)
        self._list.wanted = max(0, self._chosen - max(1, self._list.size.height) + 1)
        for part in (self._title, self._list, self._detail):
            part.redraw()

    def _show_messages(self) -> None:
        """Go to the inbox, narrowed to what the chosen person wrote."""
        if not self._found:
            return
        person = self._found[self._chosen].person
        self.desk.filter(shlex.join([f"from:{person.handle or person.name}", "is:all"]))
        self.program.show_inbox()

    def _title_line(self) -> Line:
        if self._query:
            return Line(_("Persons with “{letters}”").format(letters=self._query), Ink.STRONG)
        return Line(_("Persons who were in touch last"), Ink.STRONG)

    def _lines(self, width: int) -> list[Line]:
        lines = [self._line(index, width) for index in range(len(self._found))]
        return lines or [Line(_("Nobody is known by that name.") if self._query else _("Nobody has written yet."))]

    def _line(self, index: int, width: int) -> Line:
        one = self._found[index]
        ink = Ink.MARKED if index == self._chosen else Ink.PLAIN
        age = "" if one.latest is None else span(max(0, self.desk.now - one.latest) / 1000)
        line = Line().column(wording.person(one.person), min(_HANDLE, width // 2), ink).column("", 1, ink)
        name_width = max(1, width - line.width - _AGE - _ACCOUNT - 1)
        line.column(one.person.name, name_width, ink).column("", 1, ink)
        return line.column(one.account, _ACCOUNT, ink).column(age, _AGE, ink, right=True)

    def _about(self, width: int) -> list[Line]:
        rule = Line().fill(width, Ink.FAINT, character=wording.RULE)
        return [] if self._view is None else [rule, *person_lines(self._view, width, now=self.desk.now)]
