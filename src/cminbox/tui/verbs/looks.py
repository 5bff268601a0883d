"""How everything looks: colours, room for the queue, and whose the mouse is. For this screen alone, until it ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.i18n import _
from cminbox.tui.palette import Entry
from cminbox.tui.themes import AUTOMATIC, THEMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.tui.screens.base import Effect, KeyScreen


def effects(screen: KeyScreen) -> Mapping[str, Effect]:
    """Return what the actions about looks do, by their ids."""
    return {
        "theme": partial(_choose_theme, screen),
        "density": partial(_change_density, screen),
        "mouse": partial(_switch_mouse, screen),
    }


async def _choose_theme(screen: KeyScreen) -> None:
    entries = [Entry(AUTOMATIC, _("automatic"), partial(screen.program.wear, AUTOMATIC), AUTOMATIC)]
    entries += [Entry(name, _(theme.label), partial(screen.program.wear, name), name) for name, theme in THEMES.items()]
    await screen.strips.pick(_("Which colours?"), entries)


def _change_density(screen: KeyScreen) -> None:
    compact = screen.program.change_density()
    screen.tell(_("The queue has more room") if compact else _("Queue and conversation share the room"))


def _switch_mouse(screen: KeyScreen) -> None:
    taken = screen.program.switch_mouse()
    screen.tell(
        _("The mouse works here") if taken else _("The mouse is the terminal's again, which selects text with it")
    )
