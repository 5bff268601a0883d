"""How a chord that was begun can go on, in columns above the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.ink import Ink, Line, cells
from cminbox.tui.styles import style
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.tui.actions import Action

_GAP = 3
_MOST = 8


class WhichStrip(Lines):
    """Lists keys with what they do; it takes no keys itself."""

    DEFAULT_CSS = style("palette_strip")
    SCOPED_CSS = False

    def __init__(self) -> None:
        super().__init__(lambda _width: self._rows, id="which")
        self.set_classes("-above")
        self._rows: list[Line] = []

    def rows(self, _height: int) -> int:
        """Return how many rows it takes."""
        return len(self._rows)

    def show(self, continuations: Sequence[tuple[str, Action]], width: int) -> None:
        """Show these continuations of a chord."""
        self._rows = columns(continuations, width)
        self.styles.height = len(self._rows)
        self.display = True
        self.redraw()


def columns(continuations: Sequence[tuple[str, Action]], width: int) -> list[Line]:
    """Return the continuations as rows of columns, read downwards; each action once, by its first key."""
    seen: dict[str, tuple[str, str]] = {}
    for key, action in continuations:
        seen.setdefault(action.id, (wording.key_name(key), _(action.label)))
    pairs = list(seen.values())
    if not pairs:
        return []
    column = max(cells(key) + 1 + cells(label) for key, label in pairs) + _GAP
    across = max(1, width // column)
    down = min(_MOST, -(-len(pairs) // across))
    rows = [Line(wording.RULE * 2, Ink.FAINT).fill(width, Ink.FAINT, character=wording.RULE)]
    rows += [Line() for _row in range(down)]
    for index, (key, label) in enumerate(pairs[: down * across]):
        line = rows[1 + index % down]
        line.fill((index // down) * column).add(key, Ink.KEY).add(f" {label}")
    return rows
