"""A strip below a conversation for what was asked for: attachments, a person. It goes when one goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from cminbox.tui import wording
from cminbox.tui.ink import Ink, Line
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SHARE = 0.45
_MESSAGE = 3
"""The line above the message and two of its own stay to be seen."""
_SUGGESTIONS = 3


class Details(Lines):
    """Shows lines under a title, as many as there are up to a share of the screen; the rest can be scrolled to."""

    def __init__(self) -> None:
        super().__init__(self._draw, id="details")
        self._title = ""
        self._body: Callable[[int], Sequence[Line]] = lambda _width: ()
        self.what = ""
        """The name of what is shown, empty while nothing is."""
        self.display = False

    def open(self, what: str, title: str, body: Callable[[int], Sequence[Line]]) -> None:
        """Show something; `body` gives its lines for a width."""
        self.what, self._title, self._body = what, title, body
        self.wanted = 0
        self.display = True
        self.fit()

    def fit(self) -> None:
        """Take the height that the lines need."""
        if not self.display:
            return
        beside = self.parent
        width = beside.size.width if isinstance(beside, Widget) else 0
        needed = len(self._draw(width or self.screen.size.width))
        height = min(needed, max(2, int(self.screen.size.height * _SHARE)))
        room = beside.size.height - _MESSAGE if isinstance(beside, Widget) and not self.screen.has_class("-low") else 0
        self._crowd(crowded=0 < room < height + _SUGGESTIONS)
        self.styles.height = min(height, max(2, room or height))
        self.redraw()

    def read_on(self) -> bool:
        """Scroll a page further; return False at the end, and where nothing is shown."""
        return self.display and self.scroll_lines(max(1, self.size.height - 1))

    def close(self) -> None:
        """Show nothing any more."""
        self.what = ""
        self.display = False
        self._crowd(crowded=False)

    def _crowd(self, *, crowded: bool) -> None:
        """Have what stands beside it give way where there is not room for all."""
        if isinstance(self.parent, Widget):
            self.parent.set_class(crowded, "-crowded")

    def _draw(self, width: int) -> list[Line]:
        title = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(self._title, Ink.STRONG).add(" ")
        return [title.fill(width, Ink.FAINT, character=wording.RULE), *self._body(width)]
