"""The help: every key that works now, filtered by what one types, and Enter does the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.actions import Action
from cminbox.tui.ink import Ink, Line, cut
from cminbox.tui.styles import style
from cminbox.tui.widgets.finder import Finder, titled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cminbox.tui.keymap import Keymap

_KEYS = 18
_LABEL = 18
_PAGE = 8
_SHARE, _MOST = 0.6, 30


class HelpPanel(Finder[Action]):
    """A panel at the bottom of the screen, above the last line."""

    DEFAULT_CSS = style("help_panel")
    steps: ClassVar[Mapping[str, int]] = {"down": 1, "up": -1, "pagedown": _PAGE, "pageup": -_PAGE}

    def __init__(self) -> None:
        super().__init__("help")
        self._keymap: Keymap | None = None
        self._actions: Sequence[Action] = ()

    def open(
        self, keymap: Keymap, actions: Sequence[Action], run: Callable[[Action], None], leave: Callable[[], None]
    ) -> None:
        """List these actions; `run` is called with the one that a person chooses."""
        self._keymap, self._actions = keymap, actions
        self._show(run, leave)

    def rows(self, height: int) -> int:
        """Return how many rows it takes of a screen."""
        return min(_MOST, int(height * _SHARE))

    def _fitting(self, typed: str) -> Sequence[Action]:
        words = typed.casefold().split()
        return [one for one in self._actions if all(word in self._searched(one) for word in words)]

    def _searched(self, action: Action) -> str:
        return f"{self._keys(action)} {_(action.label)} {_(action.help)} {action.id}".casefold()

    def _keys(self, action: Action) -> str:
        return "  ".join(wording.key_name(key) for key in self._keymap.keys(action)) if self._keymap else ""

    def _heading(self) -> Line:
        title = titled(_("Keys that work now"))
        return title.add("  ").add(_("type to search, Enter does it, Esc closes"), Ink.FAINT)

    def _line(self, item: Action, width: int, *, chosen: bool) -> Line:
        ink = Ink.MARKED if chosen else Ink.PLAIN
        line = Line().column(self._keys(item), _KEYS, Ink.MARKED if chosen else Ink.STRONG)
        line.column(_(item.label), _LABEL - 1, ink).column("", 1)
        return line.add(cut(_(item.help), width - line.width), ink)
