"""Some lines of text that are drawn as they are, and repainted only where they have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.tui.ink import EMPTY
from cminbox.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from cminbox.tui.ink import Line

_WHEEL = 3


class Lines(Painted):
    """Shows the lines that `source` gives for a width, from the line `wanted` on as far as that leaves none blank.

    The source is asked when the width is known or has changed, and whenever `redraw` says that it has other lines.
    """

    def __init__(self, source: Callable[[int], Sequence[Line]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._source = source
        self._lines: Sequence[Line] = ()
        self._width = 0
        self._first = 0
        """The index of the line that was painted at the top."""
        self.wanted = 0

    def redraw(self) -> None:
        """Ask the source again, and repaint what differs."""
        width, height = self.size
        if not width:
            self._forget()
            return
        before, first, known = self._lines, self._first, self._width == width
        self._ask(width)
        if not known or self._lines != before or self._offset(height) != first:
            self._repaint(self._seen(before, first, height), height)

    def scroll_lines(self, by: int) -> bool:
        """Scroll; return whether anything has moved."""
        height = self.size.height
        before = self._offset(height)
        shown = self._seen(self._lines, self._first, height)
        self.wanted = max(0, min(before + by, self._last_offset(height)))
        self._repaint(shown, height)
        return self._offset(height) != before

    @property
    def offset_lines(self) -> int:
        """The index of the line at the top."""
        return self._offset(self.size.height)

    @property
    def text(self) -> str:
        """All lines as text."""
        return "\n".join(str(line) for line in self._lines)

    def paint(self, y: int) -> tuple[Line, bool]:
        """Return the line that stands there."""
        width, height = self.painted_size
        if width != self._width:
            self._ask(width)
        self._first = self._offset(height)
        return self._at(y + self._first), False

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Read on."""
        event.stop()
        self.scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go back in what is read."""
        event.stop()
        self.scroll_lines(-_WHEEL)

    def on_resize(self) -> None:
        """Paint again: with another height another line may stand at the top."""
        if self.size != self.painted_size:
            self.repaint_everything()

    def _forget(self) -> None:
        # Hidden: it may be shown again at the width it had, where nothing else would have it asked again.
        if self._width:
            self._width = 0
            self.repaint_everything()

    def _offset(self, height: int) -> int:
        return max(0, min(self.wanted, self._last_offset(height)))

    def _last_offset(self, height: int) -> int:
        return max(0, len(self._lines) - max(1, height))

    def _ask(self, width: int) -> None:
        self._width = width
        self._lines = self._source(width)

    def _at(self, index: int) -> Line:
        return self._lines[index] if index < len(self._lines) else EMPTY

    def _seen(self, lines: Sequence[Line], first: int, height: int) -> list[Line]:
        return [lines[at] if at < len(lines) else EMPTY for at in range(first, first + height)]

    def _repaint(self, before: Sequence[Line], height: int) -> None:
        self._first = self._offset(height)
        now = self._seen(self._lines, self._first, height)
        self.repaint([y for y, (old, new) in enumerate(zip(before, now, strict=True)) if old != new])
