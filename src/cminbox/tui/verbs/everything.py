"""What every action of the inbox does, put together from the groups of verbs. Loaded with the first key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.tui.verbs import (
    caring,
    handling,
    looking,
    looks,
    marking,
    moderating,
    moving,
    reading,
    suggesting,
    tending,
    views,
    writing,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return what each action does, by its id."""
    return {
        **moving.effects(screen),
        **looking.effects(screen),
        **looks.effects(screen),
        **reading.effects(screen),
        **handling.effects(screen),
        **moderating.effects(screen),
        **marking.effects(screen),
        **writing.effects(screen),
        **suggesting.effects(screen),
        "help": screen.show_help,
        "palette": screen.show_palette,
        **views.effects(screen),
        **caring.effects(screen),
        **tending.effects(screen),
    }
