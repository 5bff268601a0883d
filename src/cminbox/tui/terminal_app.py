"""The terminal's side of the application: what is written to it, and when."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from rich.console import COLOR_SYSTEMS
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding
from textual.reactive import Reactive

from cminbox.tui.driver import CaughtUp, TerminalDriver, TerminalResumed
from cminbox.tui.mirror import Mirror
from cminbox.tui.session import ExitResult
from cminbox.tui.themes import AUTOMATIC, chosen
from cminbox.tui.wording import DOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from textual.binding import BindingType
    from textual.geometry import Offset
    from textual.screen import Screen
    from textual.timer import Timer

_SETTLE_SECONDS = 0.1
"""So long after the last change of size everything is drawn once more."""
_SYNCED_BYTES = 512
"""Above so many bytes a frame is bracketed, where the terminal can, so that it appears at once."""


def shell_waits() -> bool:
    """Whether a shell with job control has started the program: nobody else would ever let it go on."""
    parent = os.getppid()
    try:
        return os.getsid(parent) == os.getsid(0) and os.getpgid(parent) != os.getpgrp()
    except OSError:
        return False


class TerminalApp(App[ExitResult], inherit_bindings=False):
    """Writes only what differs from what the terminal shows, and nothing while it takes nothing.

    `colours` names a theme, see `themes`; `colour` False writes none, `unicode` False writes ASCII alone. Textual's own
    keys, palette and animations are off: every key belongs to the registry of actions.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "stop_for_now", show=False, priority=True)]
    ENABLE_COMMAND_PALETTE = False
    TITLE = "cminbox"
    theme: Reactive[str] = Reactive("ansi-dark")
    """Chosen before the start: to set it later costs reading every style twice."""

    def __init__(self, css_path: str, *, colour: bool, unicode: bool, colours: str = AUTOMATIC) -> None:
        super().__init__(driver_class=TerminalDriver, css_path=css_path, ansi_color=True)
        self.animation_level = "none"
        # Both are never used here, and each is a widget more on every screen.
        self._disable_tooltips = self._disable_notifications = True
        self._unicode = unicode
        self._shown_title = ""
        self._cursor: Offset | None = None
        self._owed = False
        self._drawn = False
        self._settling: Timer | None = None
        depth = COLOR_SYSTEMS[self.console.color_system or "standard"] if colour else None
        self._depth = depth
        self._heard_paste = False
        self._mirror = Mirror(depth, unicode=unicode, theme=chosen(colours, depth, os.environ))

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Write what differs from what the terminal shows, once it has taken what was written before."""
        driver = self._driver
        if not isinstance(driver, TerminalDriver) or not isinstance(renderable, CompositorUpdate):
            super()._display(screen, renderable)
            return
        if self._batch_count or not self._running or self._closed:
            return
        if driver.behind:
            self._owed = True
            driver.tell_when_caught_up()
            return
        text = self._mirror.draw(renderable, *self.size)
        if text is None:
            super()._display(screen, renderable)
            return
        text += self._cursor_move(text)
        if text:
            whole = self._sync_available and len(text) > _SYNCED_BYTES
            driver.write(f"\x1b[?2026h{text}\x1b[?2026l" if whole else text)
            self._drawn = True
        self.post_display_hook()

    def _cursor_move(self, drawn: str) -> str:
        """Return the move to where input methods expect the cursor, if it stands elsewhere."""
        if self.focused is None:
            return ""
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        if not drawn and cursor == self._cursor:
            return ""
        self._cursor = cursor
        return f"\x1b[{cursor.y + 1};{cursor.x + 1}H"

    @property
    def marks_pastes(self) -> bool:
        """Whether the terminal surely marks what is pasted: it has done so, or is of a kind that does."""
        # Every terminal that draws in one go on request is younger than marked pastes.
        return self._heard_paste or self._sync_available or "TMUX" in os.environ

    def heard_paste(self) -> None:
        """Learn that the terminal has marked a paste as one."""
        self._heard_paste = True

    @property
    def behind(self) -> bool:
        """Whether the terminal does not yet show what it should: the link stalls."""
        return self._owed

    def on_caught_up(self, event: CaughtUp) -> None:
        """Draw what was left undrawn while the terminal was busy."""
        event.stop()
        if self._owed:
            self._owed = False
            self.screen.refresh()

    def on_terminal_resumed(self, event: TerminalResumed) -> None:
        """Draw everything: other programs have written meanwhile."""
        event.stop()
        title, self._shown_title = self._shown_title, ""
        self.name_window(title)
        self.redraw()

    def on_resize(self) -> None:
        """Take nothing that is shown for granted: terminals cut what does not fit, also for a moment only."""
        if not self._drawn:
            return
        self._mirror.forget()
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLE_SECONDS, self.redraw)

    def action_stop_for_now(self) -> None:
        """Give the terminal back to the shell until that brings the program to the front, as other programs do."""
        if shell_waits():
            self.action_suspend_process()

    async def lend(self, command: Sequence[str]) -> int:
        """Give the terminal to another program until that ends; return its exit code. Raises Problem."""
        from cminbox.tui.lending import lend  # noqa: PLC0415 - seldom needed

        return await lend(self, command)

    def redraw(self) -> None:
        """Draw everything again, whatever the terminal shows."""
        self._mirror.forget()
        self.screen.refresh()

    def wear(self, name: str) -> None:
        """Draw in the colours of the theme of that name."""
        self._mirror.wear(chosen(name, self._depth, os.environ))
        self.screen.refresh()

    def take_mouse(self, *, taken: bool) -> None:
        """Take the mouse from the terminal or give it back."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.take_mouse(taken=taken)

    def copy(self, text: str) -> bool:
        """Hand text to the terminal's clipboard (OSC 52); False when it is longer than terminals take."""
        from cminbox.tui.clipboard import copying  # noqa: PLC0415 - not before the first paint

        sequence = copying(text, os.environ)
        if sequence is not None:
            self._write(sequence)
        return sequence is not None

    def name_window(self, title: str) -> None:
        """Give the window a title, which holds no control character."""
        if not self._unicode:
            title = title.replace(DOT, "-").encode("ascii", "replace").decode()
        if title != self._shown_title:
            self._shown_title = title
            self._write(f"\x1b]2;{title}\x07")

    def signal(self, sequence: str) -> None:
        """Write a sequence that draws nothing, such as the bell; the caller has made sure that it is one."""
        self._write(sequence)

    def _write(self, text: str) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.write(text)
