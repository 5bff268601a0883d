"""The accounts: how each is doing, and what to do about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.text import safe
from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.account_lines import about, account_line
from cminbox.tui.actions import Fact, Place
from cminbox.tui.beside import Beside
from cminbox.tui.ink import EMPTY, Ink, Line, wrapped
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.styles import style
from cminbox.tui.verbs import tending
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from cminbox.domain.account import Account
    from cminbox.inbox.tending import Tending
    from cminbox.tui.desk import Desk, News
    from cminbox.tui.screens.base import Effect, Program

_CLOCK_MILLISECONDS = 1_000


class AccountsScreen(KeyScreen):
    """Lists accounts above all that is known of the chosen one. Secrets are typed into other programs, never here."""

    PLACE = Place.ACCOUNTS
    DEFAULT_CSS = style("accounts")
    SCOPED_CSS = False

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._title = Lines(lambda _width: (Line(_("Accounts"), Ink.STRONG),), id="header")
        self._list = Lines(self._lines, id="list")
        self._detail = Lines(self._about, id="detail")
        self._beside = Beside(self)
        self._chosen = 0
        self._looked = 0

    def compose_above(self) -> ComposeResult:
        """Put the accounts above what is known of the chosen one."""
        yield self._title
        yield self._list
        yield self._detail

    def effects(self) -> Mapping[str, Effect]:
        """Return what the keys do here."""
        page = max(1, self._list.size.height - 1)
        return {
            "down": lambda: self._choose(self._chosen + 1),
            "up": lambda: self._choose(self._chosen - 1),
            "page_down": lambda: self._choose(self._chosen + page),
            "page_up": lambda: self._choose(self._chosen - page),
            "top": lambda: self._choose(0),
            "bottom": lambda: self._choose(len(self._accounts) - 1),
            "mend": self._mend,
            "sync_now": partial(tending.sync_everything, self),
            "pause": self._pause,
            "connect": partial(tending.connect, self),
            "redraw": self.program.redraw,
            "help": self.show_help,
            "palette": self.show_palette,
            "back": self.program.show_inbox,
        }

    def facts(self) -> frozenset[Fact]:
        """Whether there is an account to do something with."""
        return frozenset({Fact.ROW}) if self._accounts else frozenset()

    def tick(self, now: int) -> None:
        """Let ages and waits run on."""
        if now // _CLOCK_MILLISECONDS != self._looked:
            self._looked = now // _CLOCK_MILLISECONDS
            self._list.redraw()
            self._detail.redraw()

    def take(self, news: News) -> None:
        """Draw the accounts again."""
        del news
        self.repaint_all()

    def repaint_all(self) -> None:
        """Draw the accounts."""
        self._chosen = max(0, min(self._chosen, len(self._accounts) - 1))
        self._list.wanted = max(0, self._chosen - max(1, self._list.size.height) + 1)
        self._list.redraw()
        self._detail.redraw()
        super().repaint_all()

    @property
    def _accounts(self) -> list[Account]:
        return list(self.desk.accounts.values())

    @property
    def _tending(self) -> Tending:
        return self.desk.session.acting.tending

    @property
    def _account(self) -> Account:
        return self._accounts[self._chosen]

    def _choose(self, index: int) -> None:
        self._chosen = index
        self.repaint_all()

    def _lines(self, width: int) -> list[Line]:
        now = self.desk.now
        lines = [
            account_line(one, width, now, Ink.MARKED if index == self._chosen else Ink.PLAIN)
            for index, one in enumerate(self._accounts)
        ]
        if self.desk.sync:
            lines += [EMPTY, *wrapped(self.desk.sync, width, ink=Ink.SOON)]
        return lines or [Line(_("No account is connected yet."))]

    def _about(self, width: int) -> list[Line]:
        if not self._accounts:
            return []
        return about(self._account, self._tending.spent(self._account), width, self.desk.now)

    def _mend(self) -> None:
        """Do what the account needs: sign in again, go on, or look now."""
        account = self._account
        if wording.needs_sign_in(account):
            tending.run(self, "accounts", "sign-in", account.name)
        elif account.health.state is HealthState.PAUSED:
            self._pause()
        else:
            self._tending.look_now(account.name)
            self.tell(_("{account} is being looked at").format(account=safe(account.name)))

    def _pause(self) -> None:
        act, text = tending.pausing(self._tending, self._account)
        self._beside.run(act, lambda _done: self.tell(text))
