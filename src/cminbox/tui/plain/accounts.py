"""The accounts line by line: how each is doing, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_, _
from cminbox.tui import wording
from cminbox.tui.account_lines import facts_of, needs_sign_in, standing
from cminbox.tui.actions import Fact, Place
from cminbox.tui.palette import Entry
from cminbox.tui.plain.lending import lend
from cminbox.tui.plain.picking import pick
from cminbox.tui.plain.spots import Spot, ignoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cminbox.domain.account import Account
    from cminbox.inbox.tending import Tending
    from cminbox.tui.plain.inbox import Effect, PlainInbox


class Accounts(Spot):
    """Every account with its state. Secrets are typed into the command that asks for them, never here."""

    PLACE = Place.ACCOUNTS
    TITLE = N_("Accounts")
    EMPTY = N_("No account is connected yet.")

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.inbox.desk.accounts)

    @property
    def _account(self) -> Account:
        self.check()
        return list(self.inbox.desk.accounts.values())[self.chosen]

    @property
    def _tending(self) -> Tending:
        return self.inbox.session.acting.tending

    def enter(self) -> None:
        """Say the accounts, and whether anybody looks after them."""
        super().enter()
        if self.inbox.desk.sync:
            self.inbox.tell(self.inbox.desk.sync)

    def line(self, index: int) -> str:
        """Return an account's name, who it is, and how it is doing."""
        account = list(self.inbox.desk.accounts.values())[index]
        state = standing(account, self.inbox.desk.now)
        parts = (account.name, wording.network_of(account), wording.speaker(account), state)
        return ", ".join(safe(part) for part in parts)

    def about(self, index: int) -> Iterator[str]:
        """Yield all that is known of an account."""
        account = list(self.inbox.desk.accounts.values())[index]
        yield from facts_of(
            account, self._tending.spent(account), self.inbox.desk.now, key=self.inbox.commands.key_of("mend")
        )

    def own_effects(self) -> Mapping[str, Effect]:
        """Return what can be done about accounts."""
        return {
            "mend": ignoring(self._mend),
            "sync_now": ignoring(self._sync_now),
            "pause": ignoring(self._pause),
            "connect": ignoring(lambda: connect(self.inbox)),
        }

    def facts(self) -> frozenset[Fact]:
        """Return whether there is an account."""
        return frozenset({Fact.ROW}) if self.count else frozenset()

    def _mend(self) -> None:
        account = self._account
        if needs_sign_in(account):
            lend(self.inbox, self._tending.command("accounts", "sign-in", account.name))
        elif account.health.state is HealthState.PAUSED:
            self._pause()
        else:
            self._tending.look_now(account.name)
            self.inbox.tell(_("{account} is being looked at").format(account=safe(account.name)))

    def _sync_now(self) -> None:
        self._tending.sync_now()
        self.inbox.tell(_("Every account is being looked at, and what is due is sent"))

    def _pause(self) -> None:
        account = self._account
        if account.health.state is HealthState.PAUSED:
            self._tending.go_on(account.name)
            text = _("{account} goes on")
        else:
            self._tending.pause(account.name)
            text = _("{account} is paused; replies wait until it goes on")
        self.inbox.look()
        self.inbox.tell(text.format(account=safe(account.name)))


def connect(inbox: PlainInbox, number: str = "") -> None:
    """Connect an account of the network with that number, or of one that is asked for. Raises Problem."""
    tending = inbox.session.acting.tending
    names = tending.networks()

    def begin(name: str) -> None:
        lend(inbox, tending.command("accounts", "add", name))
        inbox.look()

    if number.isdecimal():
        if not 1 <= int(number) <= len(names):
            raise Problem(say("There is no network {number} here", number=number))
        begin(names[int(number) - 1])
        return
    entries = [Entry(name, wording.network_called(name), lambda name=name: begin(name)) for name in names]  # type: ignore[misc]
    pick(inbox, _("Connect an account of which network?"), entries)
