"""What a screen lays over its lower rows while somebody looks for something: help, palette, how a chord goes on.

Each is made at its first use, none is a window of its own: the screen behind it stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.timer import Timer

    from cminbox.tui.actions import Action
    from cminbox.tui.palette import Entry
    from cminbox.tui.screens.base import KeyScreen
    from cminbox.tui.widgets.field import Field
    from cminbox.tui.widgets.help_panel import HelpPanel
    from cminbox.tui.widgets.palette_strip import PaletteStrip
    from cminbox.tui.widgets.which_strip import WhichStrip

WHICH_SECONDS = 0.4
"""So long after the first key of a chord it is shown how it can go on; who knows it never sees it."""


class Strips:
    """The strips of one screen."""

    def __init__(self, screen: KeyScreen) -> None:
        self._screen = screen
        self._help: HelpPanel | None = None
        self._palette: PaletteStrip | None = None
        self._which: WhichStrip | None = None
        self._waiting: Timer | None = None
        self._begun = ""
        """What was typed of a chord that is open."""

    @property
    def field(self) -> Field | None:
        """The field of the strip that is shown, None while none is."""
        return next((one.field for one in (self._help, self._palette) if one is not None and one.display), None)

    def took(self, event: events.Key) -> bool:
        """Let a strip that is shown take a key that moves its choice; return whether it did."""
        for one in (self._help, self._palette):
            if one is not None and one.display and one.took(event.key):
                event.stop()
                event.prevent_default()
                return True
        return False

    async def show_help(self) -> None:
        """List the keys that work now."""
        from cminbox.tui.widgets.help_panel import HelpPanel  # noqa: PLC0415 - not before the first paint

        if self._help is None:
            self._help = HelpPanel()
            await self._screen.mount(self._help)
        screen = self._screen
        valid = screen.desk.keymap.valid(screen.place, screen.facts())
        self.place()
        self._help.open(screen.desk.keymap, valid, self._perform, self.close)
        screen.paint_footer()

    async def pick(self, title: str, entries: Sequence[Entry] | Callable[[str], Sequence[Entry]]) -> None:
        """Let a person pick one of these entries, or of those that a function gives for what was typed."""
        from cminbox.tui.palette import ranked  # noqa: PLC0415 - not before the first paint
        from cminbox.tui.widgets.palette_strip import PaletteStrip  # noqa: PLC0415 - as above

        if self._palette is None:
            self._palette = PaletteStrip()
            await self._screen.mount(self._palette)
        desk = self._screen.desk
        find = entries if callable(entries) else lambda typed: ranked(entries, typed, desk.recent)
        self.place()
        self._palette.open(title, find, self._picked, self.close)
        self._screen.paint_footer()

    def place(self) -> None:
        """Put every strip on the rows above the last line, at whatever size the screen has."""
        height = self._screen.size.height
        for one in (self._help, self._palette, self._which):
            if one is not None:
                one.styles.offset = (0, max(0, height - 1 - one.rows(height)))

    def close(self) -> None:
        """Show none of them any more."""
        for one in (self._help, self._palette):
            if one is not None and one.display:
                one.close()
        self._screen.paint_footer()

    def chord(self, typed: str) -> None:
        """Hear what was typed of a chord so far, empty when none is open any more."""
        self._begun = typed
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        if typed:
            self._waiting = self._screen.set_timer(WHICH_SECONDS, lambda: self._show_which(typed))
        elif self._which is not None:
            self._which.display = False

    async def _show_which(self, typed: str) -> None:
        from cminbox.tui.widgets.which_strip import WhichStrip  # noqa: PLC0415 - not before the first paint

        if self._which is None:
            self._which = WhichStrip()
            await self._screen.mount(self._which)
        screen = self._screen
        if self._begun != typed:
            # The chord ended while the strip was on its way.
            self._which.display = False
            return
        self._which.show(screen.desk.keymap.starts(typed, screen.place, screen.facts()), screen.size.width)
        self.place()

    def _perform(self, action: Action) -> None:
        self.close()
        self._screen.next_up(lambda: self._screen.perform(action))

    def _picked(self, entry: Entry) -> None:
        self.close()
        self._screen.desk.remember(entry.id)
        self._screen.next_up(entry.run)
