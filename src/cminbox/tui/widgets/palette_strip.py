"""A strip above the last line: a field, and below it what fits to what was typed; Enter does the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.ink import Ink, Line, cells
from cminbox.tui.styles import style
from cminbox.tui.widgets.field import Field, Hooks
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.widgets import TextArea

    from cminbox.tui.palette import Entry

    Find = Callable[[str], Sequence[Entry]]

_KEYS, _NAME = 9, 26
_PAGE = 6
_ROWS = 8


class PaletteStrip(Widget):
    """Eight rows: a title, what was found, and the field. Nothing of the screen is hidden but what lies below it."""

    DEFAULT_CSS = style("palette_strip")
    SCOPED_CSS = False

    def __init__(self) -> None:
        super().__init__(id="palette", classes="-above")
        self.field = Field(one_line=True, id="palette-field")
        self._title = Lines(self._title_line, id="palette-title")
        self._list = Lines(self._list_lines, id="palette-list")
        self._heading = ""
        self._find: Find | None = None
        self._found: Sequence[Entry] = ()
        self._chosen = 0
        self._looked_for = ""
        self.display = False

    def compose(self) -> ComposeResult:
        """Put the title, the list and the field below each other."""
        yield self._title
        yield self._list
        yield self.field

    def open(self, title: str, find: Find, run: Callable[[Entry], None], leave: Callable[[], None]) -> None:
        """Show what `find` gives for what is typed; `run` is called with what a person picks."""
        self._heading, self._find = title, find
        self.display = True
        self.field.open(Hooks(lambda: self._run(run), leave, newline_keys=()), "", 0, 0.0)
        self._title.redraw()
        self._look()

    def rows(self, _height: int) -> int:
        """Return how many rows it takes."""
        return _ROWS

    def close(self) -> None:
        """Hide the strip."""
        self._find = None
        self.display = False
        self.field.close()

    def took(self, key: str) -> bool:
        """Move the choice where a key says so; return whether it did."""
        by = {"down": 1, "up": -1, "pagedown": _PAGE, "pageup": -_PAGE, "tab": 1, "shift+tab": -1}.get(key)
        if by is None:
            return False
        self._catch_up()
        self._chosen = max(0, min(self._chosen + by, len(self._found) - 1))
        self._paint()
        return True

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """List what fits to what has been typed."""
        event.stop()
        self._catch_up()

    @property
    def found(self) -> Sequence[Entry]:
        """What fits to what was typed."""
        return self._found

    def _catch_up(self) -> None:
        """List what fits by now: fast keys are here before the field has told of those before them."""
        if self._looked_for != self.field.text:
            self._look()

    def _look(self) -> None:
        if self._find is None:
            return
        self._looked_for = self.field.text
        self._found = self._find(self._looked_for)
        self._chosen = 0
        self._paint()

    def _paint(self) -> None:
        self._list.wanted = max(0, self._chosen - max(1, self._list.size.height) + 1)
        self._list.redraw()

    def _title_line(self, width: int) -> tuple[Line]:
        title = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(self._heading, Ink.STRONG).add(" ")
        return (title.fill(width, Ink.FAINT, character=wording.RULE),)

    def _list_lines(self, width: int) -> list[Line]:
        lines = [self._line(entry, width, chosen=index == self._chosen) for index, entry in enumerate(self._found)]
        return lines or [Line(_("Nothing matches"), Ink.FAINT)]

    def _line(self, entry: Entry, width: int, *, chosen: bool) -> Line:
        ink = Ink.MARKED if chosen else Ink.PLAIN
        line = Line().column(entry.keys, _KEYS, Ink.MARKED if chosen else Ink.KEY if entry.keys.strip() else Ink.PLAIN)
        if not entry.note:
            return line.column(entry.text, max(1, width - line.width), ink)
        name = min(max(_NAME, cells(entry.text)), max(_NAME, width // 2))
        line.column(entry.text, name, ink).add("  ", ink)
        return line.column(entry.note, max(1, width - line.width), Ink.MARKED if chosen else Ink.FAINT)

    def _run(self, run: Callable[[Entry], None]) -> None:
        self._catch_up()
        if self._found:
            run(self._found[self._chosen])
