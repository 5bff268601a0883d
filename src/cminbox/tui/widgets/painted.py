"""A part of the screen that paints its own lines, keeps them, and says which ones have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region, Size
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.strip import Strip

    from cminbox.tui.ink import Line


class Painted(Widget, can_focus=False):
    """Textual asks for every line of a widget whenever one of them changes; here only that one is made anew.

    It has no border, padding or background of its own, so Textual's styling of lines is left out as well.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._strips: dict[int, Strip] = {}
        self._strip_width = 0
        self.painted_size = Size()
        """The size at which lines were asked for last."""

    def paint(self, y: int) -> tuple[Line, bool]:
        """Return what stands in a line of the widget, and whether it is the chosen one."""
        raise NotImplementedError

    def repaint(self, rows: Iterable[int]) -> None:
        """Paint these lines of the widget again."""
        changed = list(rows)
        if not changed:
            return
        # Textual works the size out anew whenever it is asked for.
        width = self.size.width
        for y in changed:
            self._strips.pop(y, None)
            self.refresh(Region(0, y, width, 1))

    def repaint_everything(self) -> None:
        """Paint all lines again."""
        self._strips.clear()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines for Textual."""
        self.painted_size = self.size
        width = self.size.width
        if width != self._strip_width:
            self._strips.clear()
            self._strip_width = width
        strips = [self._strip(y, width) for y in crop.line_range]
        return strips if crop.width == width else [strip.crop(crop.x, crop.right) for strip in strips]

    def _strip(self, y: int, width: int) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            line, marked = self.paint(y)
            strip = self._strips[y] = line.strip(width, marked=marked)
        return strip
