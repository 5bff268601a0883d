"""Some lines of text that are drawn as they are, and repainted only where they have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.widget import Widget

from cminbox.tui.ink import EMPTY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.strip import Strip

    from cminbox.tui.ink import Line


class Lines(Widget, can_focus=False):
    """Shows lines from the top, and scrolls through them where they are more than fit."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()
        self.offset_lines = 0

    def show(self, lines: Sequence[Line], *, scrolled: int = 0) -> None:
        """Show other lines, from the line `scrolled` on."""
        old, old_offset = self._lines, self.offset_lines
        self._lines = lines
        self.offset_lines = max(0, min(scrolled, self.last_offset))
        for y in range(self.size.height):
            before, after = y + old_offset, y + self.offset_lines
            if _at(old, before) != _at(lines, after):
                self.refresh(Region(0, y, self.size.width, 1))

    def scroll_lines(self, by: int) -> bool:
        """Scroll; return whether anything has moved."""
        before = self.offset_lines
        self.show(self._lines, scrolled=before + by)
        return self.offset_lines != before

    @property
    def last_offset(self) -> int:
        """The offset at which the last line stands at the bottom."""
        return max(0, len(self._lines) - max(1, self.size.height))

    @property
    def text(self) -> str:
        """All lines as text."""
        return "\n".join(str(line) for line in self._lines)

    def render_line(self, y: int) -> Strip:
        """Return one line for Textual."""
        return _at(self._lines, y + self.offset_lines).strip(self.size.width)


def _at(lines: Sequence[Line], index: int) -> Line:
    return lines[index] if index < len(lines) else EMPTY
