"""One look at one account: connect, fetch, and note how it is doing, whatever happens."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, StoreProblem
from cminbox.domain.text import safe
from cminbox.domain.waiting import back_off
from cminbox.network_kit.failures import SignInAgain
from cminbox.sync.engine import Engine, Fetched
from cminbox.sync.health import Verdict, broken, ill, well
from cminbox.sync.pace import interval_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.account import Account, Health
    from cminbox.domain.saying import Saying
    from cminbox.store.accounts import Accounts
    from cminbox.sync.connecting import Connections
    from cminbox.sync.pace import Bounds

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found. `wait` is in seconds, until the next one.

    `next_at` is the same as an instant (UTC milliseconds) as it was stored, None when it could not be stored.
    """

    account: Account
    health: Health
    complete: bool
    wait: float
    next_at: int | None
    new: int = 0
    changed: int = 0
    skipped: tuple[Saying, ...] = field(default=())


class Looker:
    """Looks at accounts; each at its own pace, which is remembered here."""

    def __init__(
        self,
        accounts: Accounts,
        engine: Engine,
        connections: Connections,
        bounds: Bounds,
        *,
        now: Callable[[], int],
        chance: Callable[[], float],
    ) -> None:
        self._accounts = accounts
        self._engine = engine
        self._connections = connections
        self._bounds = bounds
        self._now = now
        self._chance = chance
        self._intervals: dict[int, float] = {}
        self._database_failures = 0

    async def look(self, account: Account) -> Looked:
        """Fetch an account to its end and store its health. Only cancellation leaves this method."""
        fetched = Fetched(self._now())
        try:
            network = await self._connections.network(account)
            fetched = await self._engine.fetch(account, network)
            verdict = self._verdict(account, fetched)
        except SignInAgain as failure:
            verdict = ill(failure, account.health, now=self._now(), chance=self._chance)
        except StoreProblem as problem:
            return self._without_database(account, problem)
        except Problem as problem:
            # The secrets cannot be read: that is for a person to mend.
            verdict = ill(SignInAgain(problem.saying), account.health, now=self._now(), chance=self._chance)
        except Exception:  # noqa: BLE001 - a fault in one network's module must not stop the other accounts
            _LOG.exception("%s: a fault in the module of %s", safe(account.name), safe(account.network))
            verdict = broken(account.health, now=self._now(), chance=self._chance)
        return await self._noted(account, fetched, verdict)

    def _verdict(self, account: Account, fetched: Fetched) -> Verdict:
        if fetched.failure is not None:
            _LOG.info("%s: %s", safe(account.name), safe(str(fetched.failure), limit=500))
            return ill(fetched.failure, account.health, now=self._now(), chance=self._chance)
        interval = interval_after(fetched.new, self._intervals.get(account.id), self._bounds)
        self._intervals[account.id] = interval
        return Verdict(well(fetched.read_at), interval)

    async def _noted(self, account: Account, fetched: Fetched, verdict: Verdict) -> Looked:
        next_at = self._now() + round(verdict.wait * 1000)
        try:
            await asyncio.to_thread(self._accounts.set_health, account.id, verdict.health, next_fetch_at=next_at)
        except StoreProblem as problem:
            return self._without_database(account, problem)
        self._database_failures = 0
        complete = verdict.health.last_complete_fetch is not None
        skipped = tuple(fetched.skipped)
        return Looked(account, verdict.health, complete, verdict.wait, next_at, fetched.new, fetched.changed, skipped)

    def _without_database(self, account: Account, problem: StoreProblem) -> Looked:
        """Wait a while: the disk is full or the file locked, which says nothing of the account."""
        _LOG.error("%s: %s", safe(account.name), problem)
        self._database_failures += 1
        wait = back_off(self._database_failures, self._chance)
        return Looked(account, account.health, complete=False, wait=wait, next_at=None)
