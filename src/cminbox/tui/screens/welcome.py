"""What a person sees who has connected nothing yet: how to begin, in five lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import _
from cminbox.tui.actions import Fact, Place
from cminbox.tui.ink import EMPTY, Ink, Line, wrapped
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.styles import style
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from cminbox.tui.desk import Desk, News
    from cminbox.tui.screens.base import Effect, Program

_INDENT = "  "


class WelcomeScreen(KeyScreen):
    """Gives way to the inbox as soon as there is an account or a message."""

    PLACE = Place.WELCOME
    DEFAULT_CSS = style("welcome")
    SCOPED_CSS = False

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._body = Lines(self._lines, id="welcome")

    def compose_above(self) -> ComposeResult:
        """Fill the screen with the lines."""
        yield self._body

    def effects(self) -> Mapping[str, Effect]:
        """Return what the keys do here."""
        return {
            "demo": self.program.leave_for_demo,
            "redraw": self.program.redraw,
            "help": self.show_help,
            "palette": self.show_palette,
            "quit": self.program.leave,
        }

    def facts(self) -> frozenset[Fact]:
        """Nothing holds here."""
        return frozenset()

    def take(self, news: News) -> None:
        """Go to the inbox once there is something in it."""
        del news
        if not self.desk.empty:
            self.desk.merge()
            self.program.show_inbox()

    def _lines(self, width: int) -> list[Line]:
        lines = [EMPTY, *wrapped(_("No account is connected yet."), width, indent=_INDENT, ink=Ink.STRONG), EMPTY]
        for key, text in self._ways():
            lines.append(Line(_INDENT).add(key, Ink.KEY).add(f"  {text}"))
        return lines

    def _ways(self) -> tuple[tuple[str, str], ...]:
        return (
            ("d", _("try the inbox with simulated networks, nothing leaves this machine")),
            ("$", _("connect an account in another terminal: cminbox accounts add NETWORK")),
            ("$", _("read how, for each network: cminbox guide")),
            ("$", _("or import messages from a file: cminbox import FILE.jsonl")),
            ("q", _("leave")),
        )
