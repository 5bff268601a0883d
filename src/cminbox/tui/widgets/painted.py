"""A part of the screen that paints its own lines, keeps them, and says which ones have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from textual.dom import NoScreen
from textual.geometry import Region, Size
from textual.widget import Widget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.screen import Screen
    from textual.strip import Strip

    from cminbox.tui.ink import Line


class Painted(Widget, can_focus=False):
    """Textual asks for every line of a widget whenever one of them changes; here only that one is made anew.

    It has no border, padding or background of its own, so Textual's styling of lines is left out as well. While it is
    painted, `painted_size` is its size.
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
        width = self.outer_size.width
        for y in changed:
            self._strips.pop(y, None)
        self.refresh(*(Region(0, y, width, 1) for y in changed))

    def repaint_everything(self) -> None:
        """Paint all lines again."""
        self._strips.clear()
        self.refresh()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Have these regions painted, all of it without any.

        Textual sends itself two messages for every widget and lets each take a turn; nothing here waits for that.
        """
        screen = self._screen_that_shows_it() if repaint and not layout and not recompose else None
        if screen is None:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if self.display:
            self._repaint_regions.update(regions or (self.outer_size.region,))
            screen._dirty_widgets.add(self)  # noqa: SLF001 - what Textual's own does in the end
            screen._update_timer.resume()  # noqa: SLF001 - as above
        return self

    def _screen_that_shows_it(self) -> Screen[Any] | None:
        """Return the screen once this has its place there, None before and after."""
        try:
            screen = self.screen if self.is_mounted else None
        except NoScreen:
            return None
        return screen if screen is not None and screen in screen._compositor else None  # noqa: SLF001 - as above

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines for Textual."""
        # Textual works the size out anew whenever it is asked for.
        self.painted_size = self.size
        width = self.painted_size.width
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
