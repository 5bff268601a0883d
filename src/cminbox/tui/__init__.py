"""The screen: the inbox in a terminal. It knows the use cases and draws what the store holds, nothing else."""

from __future__ import annotations

import sys
from types import ModuleType

_PALETTE = "textual.command"
_NAMES = ("CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider", "SimpleProvider")


def _leave_out_textuals_palette() -> None:
    """Let Textual start without the module of its own command palette, which brings eight widgets and is never shown.

    It would be a tenth of a start; the names in its place only have to be there.
    """
    if _PALETTE not in sys.modules:
        stand_in = ModuleType(_PALETTE)
        vars(stand_in).update({name: type(name, (), {}) for name in _NAMES})
        sys.modules[_PALETTE] = stand_in


_leave_out_textuals_palette()
