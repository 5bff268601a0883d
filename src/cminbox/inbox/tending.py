"""Looking after accounts from a screen: ask again, pause, go on, what was spent, and which commands mend the rest."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cminbox.domain.account import WORKING_OFFLINE, HealthState
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.spending import MILLION, day_of
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.store.leases import SYNC

if TYPE_CHECKING:
    from cminbox.domain.account import Account
    from cminbox.inbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Spent:
    """What an account has spent today (UTC) and may spend, in millionths of its network's currency; None: no limit."""

    today: int
    limit: int | None


class Tending:
    """Looks after the accounts of a workspace. Raises Problem with one sentence."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def look_now(self, name: str) -> None:
        """Have an account looked at now, unless its network asked to be left alone."""
        account, now = self._connected(name), self._workspace.now()
        health = account.health
        if health.state is HealthState.PAUSED:
            raise Problem(say("{account} is paused; let it go on first", account=safe(name)))
        if health.state is HealthState.RATE_LIMITED and (health.retry_at or 0) > now:
            seconds = -(-((health.retry_at or 0) - now) // 1000)
            raise Problem(say("The network asked to be left alone for {seconds} s more", seconds=seconds))
        self._workspace.accounts.look_at(account.id, now)

    def sync_now(self) -> None:
        """Ask whoever syncs to look at every account and send what is due."""
        if self._workspace.leases.current(SYNC, now=self._workspace.now()) is None:
            raise Problem(say("Nobody fetches and sends right now"))
        self._workspace.leases.want(SYNC)

    def pause(self, name: str) -> None:
        """Fetch and send nothing for an account until it goes on; replies to it wait."""
        self._workspace.accounts.pause(self._connected(name).id, agent=self._workspace.agent.name, now=self._now())

    def go_on(self, name: str) -> None:
        """End a pause: the account is looked at at once, and what waits is sent."""
        self._workspace.accounts.go_on(self._connected(name).id, agent=self._workspace.agent.name, now=self._now())

    def go_offline(self) -> int:
        """Fetch and send nothing for any account until `go_online`; return how many accounts that stops.

        It holds for everybody in the workspace: one process fetches and sends for all of them.
        """
        reason = WORKING_OFFLINE.to_json()
        return self._workspace.accounts.pause_all(reason, agent=self._workspace.agent.name, now=self._now())

    def go_online(self) -> int:
        """Let the accounts go on that `go_offline` has stopped, and only those; return how many they are."""
        reason = WORKING_OFFLINE.to_json()
        return self._workspace.accounts.go_on_all(reason, agent=self._workspace.agent.name, now=self._now())

    def spent(self, account: Account) -> Spent:
        """Return what an account has spent today, and may spend."""
        limit = self._workspace.settings.spending.limit(account.name)
        today = self._workspace.outbox.spent(account.id, day_of(self._now()))
        return Spent(today, None if limit is None else round(limit * MILLION))

    def command(self, *words: str) -> list[str]:
        """Return the command line that runs a command of cminbox on this workspace."""
        locations = self._workspace.locations
        config = [] if locations.named_config is None else ["--config", str(locations.named_config)]
        return [sys.executable, "-m", "cminbox", "--workspace", f"{locations.folder}/", *config, *words]

    def networks(self) -> list[str]:
        """Return the names of the networks that can be connected, the most used first."""
        from cminbox.domain.titles import in_order  # noqa: PLC0415 - as below
        from cminbox.networks import names  # noqa: PLC0415 - asked for by those who connect one

        return in_order(names())

    def _now(self) -> int:
        return self._workspace.now()

    def _connected(self, name: str) -> Account:
        account = self._workspace.accounts.get(name)
        if account.connected_at is None:
            raise Problem(say("{account} only holds imported messages", account=safe(name)))
        return account
