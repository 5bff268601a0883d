"""A strip above the last line: a field, and below it what fits to what was typed; Enter does the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cminbox.tui.ink import Ink, Line, cells
from cminbox.tui.palette import Entry
from cminbox.tui.styles import style
from cminbox.tui.widgets.finder import Finder, titled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Find = Callable[[str], Sequence[Entry]]

_KEYS, _NAME = 9, 26
_PAGE = 6
_ROWS = 8


class PaletteStrip(Finder[Entry]):
    """Eight rows: a title, what was found, and the field. Nothing of the screen is hidden but what lies below it."""

    DEFAULT_CSS = style("palette_strip")
    steps: ClassVar[Mapping[str, int]] = {
        "down": 1, "up": -1, "pagedown": _PAGE, "pageup": -_PAGE, "tab": 1, "shift+tab": -1,
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__("palette")
        self._text = ""
        self._find: Find | None = None

    def open(self, title: str, find: Find, run: Callable[[Entry], None], leave: Callable[[], None]) -> None:
        """Show what `find` gives for what is typed; `run` is called with what a person picks."""
        self._text, self._find = title, find
        self._show(run, leave)

    def rows(self, height: int) -> int:
        """Return how many rows it takes."""
        return min(_ROWS, height)

    def close(self) -> None:
        """Hide the strip, and let go of what it asks."""
        self._find = None
        super().close()

    def _fitting(self, typed: str) -> Sequence[Entry]:
        return () if self._find is None else self._find(typed)

    def _heading(self) -> Line:
        return titled(self._text)

    def _line(self, item: Entry, width: int, *, chosen: bool) -> Line:
        ink = Ink.MARKED if chosen else Ink.PLAIN
        line = Line().column(item.keys, _KEYS, Ink.MARKED if chosen else Ink.KEY if item.keys.strip() else Ink.PLAIN)
        if not item.note:
            return line.column(item.text, max(1, width - line.width), ink)
        name = min(max(_NAME, cells(item.text)), max(_NAME, width // 2))
        line.column(item.text, name, ink).add("  ", ink)
        return line.column(item.note, max(1, width - line.width), Ink.MARKED if chosen else Ink.FAINT)
