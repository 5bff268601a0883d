"""The accounts, how each is doing, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.actions import Place
from cminbox.tui.ink import Ink, Line, wrapped
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.styles import style
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from cminbox.domain.account import Account
    from cminbox.tui.desk import Desk, News
    from cminbox.tui.screens.base import Effect, Program


class AccountsScreen(KeyScreen):
    """Shows every account; it is changed on the command line, where secrets are never echoed."""

    PLACE = Place.ACCOUNTS
    DEFAULT_CSS = style("accounts")
    SCOPED_CSS = False

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._title = Lines(lambda _width: (Line(_("Accounts"), Ink.STRONG),), id="header")
        self._list = Lines(self._lines, id="list")

    def compose_above(self) -> ComposeResult:
        """Put a title above the accounts."""
        yield self._title
        yield self._list

    def effects(self) -> Mapping[str, Effect]:
        """Return what the keys do here."""
        page = max(1, self._list.size.height - 1)
        return {
            "down": lambda: self._scroll(1),
            "up": lambda: self._scroll(-1),
            "page_down": lambda: self._scroll(page),
            "page_up": lambda: self._scroll(-page),
            "top": lambda: self._scroll(-self._list.last_offset),
            "bottom": lambda: self._scroll(self._list.last_offset),
            "redraw": self.program.redraw,
            "help": self.show_help,
            "palette": self.show_palette,
            "back": self.program.show_inbox,
        }

    def take(self, news: News) -> None:
        """Draw the accounts again."""
        del news
        self.repaint_all()

    def repaint_all(self) -> None:
        """Draw the accounts."""
        self._list.redraw()
        super().repaint_all()

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for account in self.desk.accounts.values():
            lines += self._about(account, width)
        help_line = _("Connect one with: cminbox accounts add; sign in again with: cminbox accounts sign-in")
        if self.desk.sync:
            lines += [Line(), *wrapped(self.desk.sync, width, ink=Ink.SOON)]
        return [*lines, Line(), *wrapped(help_line, width, ink=Ink.FAINT)]

    def _about(self, account: Account, width: int) -> list[Line]:
        now = self.desk.now
        ink = Ink.CALM if account.health.state is HealthState.OK else Ink.SOON
        state = wording.health(account, now) if account.connected_at is not None else _("imported, not connected")
        line = Line(account.name, Ink.STRONG).add("  ").add(wording.network_of(account))
        line.add("  ").add(wording.speaker(account)).add("  ").add(state, ink)
        reason = wording.kept(account.health.reason)
        return [line, *(wrapped(reason, width, indent="    ", ink=Ink.LATE) if reason else [])]

    def _scroll(self, by: int) -> None:
        self._list.scroll_lines(by)
