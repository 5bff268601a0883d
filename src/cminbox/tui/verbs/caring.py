"""Care for the screen itself: settings read again, and what a bug report needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.tui.diagnosing import diagnosed
from cminbox.tui.verbs.reading import copy
from cminbox.tui.verbs.resettling import reload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that look after the screen."""
    return {"reload": lambda: reload(screen), "diagnostics": lambda: copy(screen, diagnostics(screen))}


def diagnostics(screen: InboxScreen) -> str:
    """Return what a bug report needs: versions, the terminal, sizes and states; no name and no word of anybody."""
    size = screen.size
    return diagnosed(screen.desk, f"size {size.width}x{size.height}")
