"""What a terminal shows of a screen, as text: in colour, without colour, in ASCII."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyte
from rich.color import ColorSystem
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.pilot import Pilot

from cminbox.tui.mirror import Mirror
from cminbox.tui.session import ExitResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyte.screens import Char
    from textual.strip import Strip

Look = Callable[[Pilot[ExitResult]], str]
_COLOURS = {
    "red": "r",
    "green": "g",
    "brown": "y",
    "blue": "l",
    "magenta": "m",
    "cyan": "c",
    "white": "w",
    "black": "k",
}


def _drawn(pilot: Pilot[ExitResult], mirror: Mirror) -> pyte.Screen:
    """Return a terminal on which a mirror has drawn everything."""
    width, height = pilot.app.size
    strips: list[Iterable[Strip]] = [[strip] for strip in pilot.app.screen._compositor.render_strips()]
    terminal = pyte.Screen(width, height)
    pyte.Stream(terminal).feed(mirror.draw(LayoutUpdate(strips, Region(0, 0, width, height)), width, height) or "")
    return terminal


def in_colour(pilot: Pilot[ExitResult]) -> str:
    """Return what a terminal of sixteen colours shows, and below each line the letters of its colours."""
    return _marked(_drawn(pilot, Mirror(ColorSystem.STANDARD)), _colour)


def without_colour(pilot: Pilot[ExitResult]) -> str:
    """Return what a terminal without colours shows, and below each line which cells are bold, underlined, reversed."""
    terminal = _drawn(pilot, Mirror(None))
    for y in range(terminal.lines):
        cells = [terminal.buffer[y][x] for x in range(terminal.columns)]
        assert all(cell.fg == cell.bg == "default" for cell in cells)
    return _marked(terminal, _attribute)


def in_ascii(pilot: Pilot[ExitResult]) -> str:
    """Return what a terminal without UTF-8 shows."""
    lines = _drawn(pilot, Mirror(ColorSystem.STANDARD, unicode=False)).display
    return "\n".join(line.rstrip() for line in lines) + "\n"


LOOKS: dict[str, Look] = {"colour": in_colour, "no-colour": without_colour, "ascii": in_ascii}
"""By the names that their pictures have."""


def _marked(terminal: pyte.Screen, mark: Callable[[Char], str]) -> str:
    lines = []
    for y, line in enumerate(terminal.display):
        lines.append(line.rstrip())
        marks = "".join(mark(terminal.buffer[y][x]) for x in range(terminal.columns))
        if marks.strip():
            lines.append(marks.rstrip())
    return "\n".join(lines) + "\n"


def _attribute(cell: Char) -> str:
    if cell.reverse:
        return "B" if cell.bold else "R"
    return "u" if cell.underscore else "b" if cell.bold else " "


def _colour(cell: Char) -> str:
    colour = _COLOURS.get(cell.fg.removeprefix("bright"), " ")
    stands_out = cell.bold or cell.reverse or cell.underscore
    if colour == " ":
        return _attribute(cell)
    return colour.upper() if stands_out else colour
