"""The search for canned replies: what matches as one types, and the chosen one as it would be sent."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual.widget import Widget

from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.canned_words import about, reply_lines
from cminbox.tui.ink import Ink, Line
from cminbox.tui.styles import style
from cminbox.tui.widgets.field import Field, Hooks
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.widgets import TextArea

    from cminbox.inbox.options import Option
    from cminbox.tui.screens.base import Effect

PATIENCE_SECONDS = 1.5
"""So long an Enter that was quicker than the search waits for what that finds."""
_SHORTCUT, _LANG = 16, 4


class CannedPanel(Widget):
    """A panel below the conversation, in the place of the suggestions."""

    DEFAULT_CSS = style("canned_panel")
    SCOPED_CSS = False

    def __init__(self) -> None:
        super().__init__(id="canned")
        self.field = Field(one_line=True, id="canned-field")
        self._search: Callable[[str], None] | None = None
        self._title = Lines(self._title_line, id="canned-title")
        self._list = Lines(self._list_lines, id="canned-list")
        self._rule = Lines(self._rule_line, id="canned-rule")
        self._preview = Lines(self._preview_lines, id="canned-preview")
        self._options: Sequence[Option] = ()
        self._looked_for: str | None = None
        """What the options were found for, None before anything was."""
        self._there = asyncio.Event()
        self._chosen = 0
        self.display = False

    def compose(self) -> ComposeResult:
        """Put the title, the list, the preview and the field below each other."""
        yield self._title
        yield self._list
        yield self._rule
        yield self._preview
        yield self.field

    def open(
        self,
        search: Callable[[str], None],
        use: Callable[[Option], None],
        leave: Callable[[], None],
        next_up: Callable[[Effect], None],
    ) -> None:
        """Show the panel; `use` is called with the reply that a person chooses.

        `search` is called with what was typed, again with each key; what it finds is to be handed to `found`.
        `next_up` is given what has to be over before the next key is heard.
        """
        self._search = search
        self._options, self._looked_for, self._chosen = (), None, 0
        self.display = True
        more = {
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "pageup": lambda: self._move(-self._page),
            "pagedown": lambda: self._move(self._page),
        }
        send = partial(next_up, partial(self._use, use))
        self.field.open(Hooks(send, leave, newline_keys=(), more=more), "", 0, 0.0)
        self._title.redraw()
        self._paint()
        search("")

    def close(self) -> None:
        """Hide the panel."""
        self.display = False
        self.field.close()

    def found(self, query: str, options: Sequence[Option]) -> None:
        """Show what was found, unless something else has been typed since."""
        if self.display and query == self.field.text:
            self._options, self._looked_for, self._chosen = options, query, 0
            self._there.set()
            self._paint()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Search for what has been typed."""
        event.stop()
        if self.display and self._search is not None:
            self._search(self.field.text)

    @property
    def _page(self) -> int:
        return max(1, self._list.size.height - 1)

    def _move(self, by: int) -> bool:
        self._chosen = max(0, min(self._chosen + by, len(self._options) - 1))
        self._paint()
        return True

    async def _use(self, use: Callable[[Option], None]) -> None:
        """Use the chosen reply; after fast keys the first one that they find, once it is found."""
        if self._looked_for != self.field.text and self._search is not None:
            self._there.clear()
            self._search(self.field.text)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._there.wait(), PATIENCE_SECONDS)
        if self._options and self._looked_for == self.field.text:
            use(self._options[self._chosen])

    def _paint(self) -> None:
        self._list.wanted = max(0, self._chosen - max(1, self._list.size.height) + 1)
        self._list.redraw()
        self._rule.redraw()
        self._preview.wanted = 0
        self._preview.redraw()

    def _title_line(self, width: int) -> tuple[Line]:
        title = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(_("Canned replies"), Ink.STRONG)
        title.add("  ").add(_("type to search, Enter uses it, Esc closes"), Ink.FAINT).add(" ")
        return (title.fill(width, Ink.FAINT, character=wording.RULE),)

    def _list_lines(self, width: int) -> list[Line]:
        lines = [self._line(option, width, chosen=index == self._chosen) for index, option in enumerate(self._options)]
        return lines or ([] if self._looked_for is None else [Line(_("Nothing matches"), Ink.FAINT)])

    def _line(self, option: Option, width: int, *, chosen: bool) -> Line:
        ink = Ink.MARKED if chosen else Ink.PLAIN
        reply = option.reply
        line = Line().column(reply.shortcut or reply.id, _SHORTCUT, Ink.MARKED if chosen else Ink.STRONG)
        line.column(reply.lang or "", _LANG, ink)
        return line.column(reply.title, max(1, width - line.width), ink)

    def _rule_line(self, width: int) -> tuple[Line]:
        line = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT)
        if self._options:
            line.add(about(self._options[self._chosen].reply), Ink.FAINT).add(" ")
        return (line.fill(width, Ink.FAINT, character=wording.RULE),)

    def _preview_lines(self, width: int) -> list[Line]:
        if not self._options:
            return []
        chosen = self._options[self._chosen]
        return reply_lines(chosen.reply, chosen.text, width)
