"""The accounts: how each is doing, and what to do about it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.account import Account, HealthState
from cminbox.domain.text import safe
from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.account_lines import about, account_line
from cminbox.tui.actions import Place
from cminbox.tui.beside import Beside
from cminbox.tui.ink import EMPTY, Ink, Line, wrapped
from cminbox.tui.screens.list_screen import ListScreen
from cminbox.tui.styles import style
from cminbox.tui.verbs import tending

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.inbox.tending import Tending
    from cminbox.tui.desk import Desk, News
    from cminbox.tui.screens.base import Effect, Program


class AccountsScreen(ListScreen[Account]):
    """Lists accounts above all that is known of the chosen one. Secrets are typed into other programs, never here."""

    PLACE = Place.ACCOUNTS
    DEFAULT_CSS = style("accounts")

    def __init__(self, desk: Desk, program: Program) -> None:
        super().__init__(desk, program)
        self._beside = Beside(self)

    def _own_effects(self) -> Mapping[str, Effect]:
        return {
            "mend": self._mend,
            "sync_now": partial(tending.sync_everything, self),
            "pause": self._pause,
            "connect": partial(tending.connect, self),
        }

    def on_mount(self) -> None:
        """Read what the first frame shows."""
        self.repaint_all()

    def tick(self, now: int) -> None:
        """Let ages and waits run on."""
        self._run_on(now)

    def take(self, news: News) -> None:
        """Draw the accounts again."""
        del news
        self.repaint_all()

    def repaint_all(self) -> None:
        """Draw the accounts as they are by now."""
        self._rows = list(self.desk.accounts.values())
        super().repaint_all()

    @property
    def _tending(self) -> Tending:
        return self.desk.session.acting.tending

    @property
    def _account(self) -> Account:
        return self._rows[self._chosen]

    def _title_line(self) -> Line:
        return Line(_("Accounts"), Ink.STRONG)

    def _lines(self, width: int) -> list[Line]:
        now = self.desk.now
        lines = [
            account_line(one, width, now, Ink.MARKED if index == self._chosen else Ink.PLAIN)
            for index, one in enumerate(self._rows)
        ]
        if self.desk.sync:
            lines += [EMPTY, *wrapped(self.desk.sync, width, ink=Ink.SOON)]
        return lines or [Line(_("No account is connected yet."))]

    def _about(self, width: int) -> list[Line]:
        if not self._rows:
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
