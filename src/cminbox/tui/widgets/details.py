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
        self.styles.height = min(needed, max(2, int(self.screen.size.height * _SHARE)))
        self.redraw()

    def close(self) -> None:
        """Show nothing any more."""
        self.what = ""
        self.display = False

    def _draw(self, width: int) -> list[Line]:
        title = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(self._title, Ink.STRONG).add(" ")
        return [title.fill(width, Ink.FAINT, character=wording.RULE), *self._body(width)]
