"""The views at the left of the widest screens: each with how much it holds and how much of that is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.ink import EMPTY, Ink, Line

if TYPE_CHECKING:
    from cminbox.tui.desk import Desk

_COUNT, _LATE = 5, 4


def rail_lines(desk: Desk, width: int) -> list[Line]:
    """Return the inbox's own views, and below them those that were saved."""
    lines = []
    for at, view in enumerate(desk.views):
        if view.own and not desk.views[at - 1].own:
            lines += [EMPTY, Line(_("Saved views"), Ink.FAINT)]
        count, tally = desk.count_of(view), desk.tallies.get(view.id)
        ink = Ink.MARKED if view.id == desk.view.id else Ink.PLAIN
        line = Line().column(view.title, max(1, width - _COUNT - _LATE), ink)
        line.column("" if count is None else wording.counted(count), _COUNT, ink, right=True)
        late = 0 if tally is None or view.id == "late" else tally.late
        said = f"{wording.State.LATE.sign}{late}" if late else ""
        lines.append(line.column(said, _LATE, Ink.LATE if late else ink, right=True))
    return lines
