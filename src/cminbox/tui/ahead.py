"""What is typed ahead into a text that does not open: letters of a sentence must not act as keys."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual import events

    from cminbox.tui.actions import Action
    from cminbox.tui.screens.base import KeyScreen

OPENING = frozenset(
    (
        "assign",
        "canned",
        "express",
        "filter",
        "find_canned",
        "find_person",
        "note",
        "reply",
        "reply_private",
        "save_view",
        "snooze_custom",
        "tag",
        "use",
        "use_numbered",
    )
)
"""The actions after which one types, by their ids."""
PAUSE_SECONDS = 0.7
"""Who has not typed for so long has seen that no text has opened."""


class Ahead:
    """Takes what is typed after a text was refused just now, until the hand rests or presses what writes nothing.

    The `keys` that asked for the text may do so again. While its opening waits for the database it is as if refused.
    """

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = keys
        self._until = monotonic() + PAUSE_SECONDS

    def took(self, event: events.Key) -> bool:
        """Return whether a key was meant for the text, by the time when it was typed; it acts on nothing then."""
        writes = event.is_printable or event.key in {"enter", "ctrl+j", "backspace"}
        if {event.key, event.character} & {*self._keys}:
            return False
        if event.time >= self._until or not writes:
            self._until = 0.0
            return False
        self._until = max(self._until, event.time + PAUSE_SECONDS)
        event.stop()
        event.prevent_default()
        return True


def guard(screen: KeyScreen, action: Action | None) -> None:
    """Let what is typed next act on nothing where an action was to open a text that does not open, now or at all."""
    if action is not None and action.id in OPENING:
        screen.ahead = Ahead(screen.desk.keymap.keys(action))
