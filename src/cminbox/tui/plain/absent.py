"""What the plain inbox does not do, and why: said to whoever types it. Everything else of the registry it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITTEN: Mapping[str, str] = {
    "send": N_("y, when the text has been read out, sends it"),
    "newline": N_("every line that is typed in a text is a new line"),
    "next_blank": N_("blanks are asked for one after the other"),
    "insert_canned": N_("in a text: .c and words put a canned reply in"),
    "editor": N_("in a text: .e opens your own editor"),
    "leave": N_("in a text: .q leaves and keeps the draft"),
}
"""What is done while one writes, where everything that is typed is text: how it is done here; English."""
ABSENT: Mapping[str, str] = {
    "send_all": N_("use, while many are marked, says what all would get, and asks"),
    "close_details": N_("nothing stays open here"),
    "stop": N_("Ctrl+C stops what is being done to many"),
    "remarks": N_("what is to be said at the start stands above, line by line"),
    "redraw": N_("nothing is drawn here; list says the list again"),
    "theme": N_("no colours are used here"),
    "density": N_("lines here are as long as they are"),
    "terminal": N_("cminbox writes nothing but lines here, which every terminal shows"),
    "mouse": N_("the mouse is the terminal's own here"),
}
"""What has no meaning line by line, or happens by itself: why; English."""
