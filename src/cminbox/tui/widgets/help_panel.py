"""The help: every key that works now, filtered by what one types, and Enter does the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.ink import Ink, Line, cut
from cminbox.tui.styles import style
from cminbox.tui.widgets.field import Field, Hooks
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.widgets import TextArea

    from cminbox.tui.actions import Action
    from cminbox.tui.keymap import Keymap

_KEYS = 18
_LABEL = 18
_PAGE = 8
_SHARE, _MOST = 0.6, 30


class HelpPanel(Widget):
    """A panel at the bottom of the screen, above the last line."""

    DEFAULT_CSS = style("help_panel")
    SCOPED_CSS = False

    def __init__(self) -> None:
        super().__init__(id="help", classes="-above")
        self.field = Field(one_line=True, id="help-field")
        self._title = Lines(self._title_line, id="help-title")
        self._list = Lines(self._list_lines, id="help-list")
        self._keymap: Keymap | None = None
        self._actions: Sequence[Action] = ()
        self._found: list[Action] = []
        self._chosen = 0
        self._looked_for = ""
        self.display = False

    def compose(self) -> ComposeResult:
        """Put the title, the list and the field below each other."""
        yield self._title
        yield self._list
        yield self.field

    def open(
        self, keymap: Keymap, actions: Sequence[Action], run: Callable[[Action], None], leave: Callable[[], None]
    ) -> None:
        """List these actions; `run` is called with the one that a person chooses."""
        self._keymap, self._actions = keymap, actions
        self.display = True
        self.field.open(Hooks(lambda: self._run(run), leave, newline_keys=()), "", 0, 0.0)
        self._title.redraw()
        self._filter()

    def rows(self, height: int) -> int:
        """Return how many rows it takes of a screen."""
        return min(_MOST, int(height * _SHARE))

    def close(self) -> None:
        """Hide the panel."""
        self.display = False
        self.field.close()

    def took(self, key: str) -> bool:
        """Move the choice where a key says so; return whether it did."""
        by = {"down": 1, "up": -1, "pagedown": _PAGE, "pageup": -_PAGE}.get(key)
        if by is not None:
            self.move(by)
        return by is not None

    def move(self, by: int) -> None:
        """Choose another action."""
        self._catch_up()
        self._chosen = max(0, min(self._chosen + by, len(self._found) - 1))
        self._paint()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """List what matches what has been typed."""
        event.stop()
        self._catch_up()

    def _catch_up(self) -> None:
        """List what matches by now: fast keys are here before the field has told of those before them."""
        if self._looked_for != self.field.text:
            self._filter()

    def _filter(self) -> None:
        if self._keymap is None:
            return
        self._looked_for = self.field.text
        words = self._looked_for.casefold().split()
        self._found = [one for one in self._actions if all(word in self._searched(one) for word in words)]
        self._chosen = 0
        self._paint()

    def _searched(self, action: Action) -> str:
        return f"{self._keys(action)} {_(action.label)} {_(action.help)} {action.id}".casefold()

    def _keys(self, action: Action) -> str:
        return "  ".join(wording.key_name(key) for key in self._keymap.keys(action)) if self._keymap else ""

    def _paint(self) -> None:
        self._list.wanted = max(0, self._chosen - max(1, self._list.size.height) + 1)
        self._list.redraw()

    def _title_line(self, width: int) -> tuple[Line]:
        title = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(_("Keys that work now"), Ink.STRONG)
        title.add("  ").add(_("type to search, Enter does it, Esc closes"), Ink.FAINT).add(" ")
        return (title.fill(width, Ink.FAINT, character=wording.RULE),)

    def _list_lines(self, width: int) -> list[Line]:
        lines = [self._line(action, width, chosen=index == self._chosen) for index, action in enumerate(self._found)]
        return lines or [Line(_("Nothing matches"), Ink.FAINT)]

    def _line(self, action: Action, width: int, *, chosen: bool) -> Line:
        ink = Ink.MARKED if chosen else Ink.PLAIN
        line = Line().column(self._keys(action), _KEYS, Ink.MARKED if chosen else Ink.STRONG)
        line.column(_(action.label), _LABEL - 1, ink).column("", 1)
        return line.add(cut(_(action.help), width - line.width), ink)

    def _run(self, run: Callable[[Action], None]) -> None:
        self._catch_up()
        if self._found:
            run(self._found[self._chosen])
