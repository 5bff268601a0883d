"""How the inbox is divided at each size of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from cminbox.tui.session import NORMAL

if TYPE_CHECKING:
    from textual.geometry import Size

_WIDE, _BROAD, _ROOMY, _HIGH = 100, 160, 190, 15


def layout_of(size: Size, density: str = NORMAL) -> frozenset[str]:
    """Return the classes that stand for the layout at a size."""
    across = "-broad" if size.width >= _BROAD else "-wide" if size.width >= _WIDE else "-stacked"
    room = "-roomy" if size.width >= _ROOMY else "-tight"
    return frozenset({across, room, "-high" if size.height >= _HIGH else "-low", f"-{density}"})


class Pane(Widget, can_focus=False):
    """A part of the screen that holds other parts."""

    BLANK = True
