"""One lane per account: each is looked at when its time comes, and a slow one holds up no other."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.value import dataclass
from cminbox.domain.waiting import LONGEST_WAIT, Appointment
from cminbox.inbox.listening import Listening
from cminbox.sync.health import NEEDS_A_PERSON
from cminbox.sync.looking import Looked

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.account import Account
    from cminbox.store.accounts import Accounts
    from cminbox.sync.connecting import Connections
    from cminbox.sync.looking import Looker

AT_ONCE = 8
"""How many accounts are fetched at the same time."""
FUTILE_LOOKS = 3
"""After so many looks in a row that brought nothing, patience ends."""
_CREDENTIALS_SECONDS = 15.0


@dataclass(slots=True)
class _Lane:
    account: Account
    next_look: Appointment
    noted: int
    """The instant of the next look as written in the database: another one was put there by somebody else."""
    task: asyncio.Task[Looked] | None = None
    credentials_at: float = 0.0
    again: bool = False
    """Whether something was announced while the account was looked at."""


class Lanes:
    """Looks at every connected account when it is due."""

    def __init__(
        self,
        looker: Looker,
        connections: Connections,
        accounts: Accounts,
        now: Callable[[], int],
    ) -> None:
        self._looker = looker
        self._connections = connections
        self._accounts = accounts
        self._now = now
        self._lanes: dict[int, _Lane] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._listening = Listening(connections)

    async def keep_up(self) -> list[int]:
        """Begin every look that is due, follow accounts that come and go; return those with renewed credentials."""
        lanes = self._current()
        renewed = []
        announced = self._listening.heard({account_id: lane.account for account_id, lane in lanes.items()})
        for account_id, lane in lanes.items():
            self._finish(lane)
            if account_id in announced:
                # A look that is under way may have read past what is announced now.
                lane.next_look, lane.again = self._in(0.0), lane.task is not None
            if lane.account.health.state is HealthState.PAUSED:
                continue
            if lane.task is None and await self._renewed(lane):
                renewed.append(account_id)
                lane.next_look = self._in(0.0)
            if lane.task is None and lane.next_look.due(wall=self._now(), steady=time.monotonic()):
                self._begin(lane)
        return renewed

    async def all_now(self, patience: float = 0.0) -> list[Looked]:
        """Look at every account now, wait for all of them, and return what was found, by the account's name.

        A rate limit that still holds is not tried. An account that fails for a reason that may pass is tried again
        when its time comes within `patience` seconds.
        """
        until = time.monotonic() + patience
        lanes = self._current().values()
        looked = await asyncio.gather(*(self._patiently(lane, until) for lane in lanes))
        return sorted(looked, key=lambda one: one.account.name)

    async def stop(self) -> None:
        """End every look; what was stored stays."""
        await self._listening.stop()
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _current(self) -> dict[int, _Lane]:
        """Return the lanes of the accounts that are connected now."""
        times = self._accounts.next_fetches()
        accounts = {account.id: account for account in self._accounts.connected()}
        for account_id in self._lanes.keys() - accounts.keys():
            gone = self._lanes.pop(account_id)
            if gone.task is not None:
                gone.task.cancel()
        for account_id, account in accounts.items():
            noted = times.get(account_id, 0)
            lane = self._lanes.setdefault(account_id, _Lane(account, self._resumed(noted), noted))
            lane.account = account
            if lane.task is None and lane.noted != noted:
                # Somebody connected it anew, gave it new secrets or checked it.
                lane.next_look, lane.noted = self._in(0.0), noted
        return dict(self._lanes)

    async def _patiently(self, lane: _Lane, until: float) -> Looked:
        if lane.account.health.state is HealthState.PAUSED:
            return Looked(lane.account, lane.account.health, complete=False, wait=0.0, next_at=None)
        limited = self._limited(lane.account)
        if limited is not None and limited.wait > until - time.monotonic():
            return limited
        if limited is not None:
            await asyncio.sleep(limited.wait)
        new, changed, futile = 0, 0, 0
        while True:
            looked = await self._freshly(lane)
            new, changed = new + looked.new, changed + looked.changed
            futile = 0 if looked.new else futile + 1
            hopeless = looked.complete or looked.health.state in NEEDS_A_PERSON or futile >= FUTILE_LOOKS
            if hopeless or looked.wait > until - time.monotonic():
                return replace(looked, new=new, changed=changed)
            await asyncio.sleep(looked.wait)

    async def _freshly(self, lane: _Lane) -> Looked:
        """Look at an account with a look that begins now: one that is under way may have read past what is wanted."""
        while lane.task is not None:
            await asyncio.wait([lane.task])
            self._finish(lane)
        self._current()
        looked = await asyncio.shield(self._begin(lane))
        self._finish(lane)
        return looked

    def _begin(self, lane: _Lane) -> asyncio.Task[Looked]:
        lane.task = asyncio.create_task(self._look(lane.account), name=f"looking at account {lane.account.id}")
        return lane.task

    async def _look(self, account: Account) -> Looked:
        async with self._room:
            return await self._looker.look(account)

    def _finish(self, lane: _Lane) -> None:
        if lane.task is None or not lane.task.done():
            return
        if not lane.task.cancelled():
            looked = lane.task.result()
            lane.next_look = self._in(0.0 if lane.again and looked.health.state is HealthState.OK else looked.wait)
            stored = self._accounts.next_fetches().get(lane.account.id, 0)
            lane.noted = stored if looked.next_at is None else looked.next_at
        lane.task, lane.again = None, False

    async def _renewed(self, lane: _Lane) -> bool:
        """Whether a person has mended what only a person can mend."""
        if lane.account.health.state not in NEEDS_A_PERSON or time.monotonic() < lane.credentials_at:
            return False
        lane.credentials_at = time.monotonic() + _CREDENTIALS_SECONDS
        return await self._connections.changed(lane.account)

    def _limited(self, account: Account) -> Looked | None:
        """Return how an account stands that asked to be left alone and still does, None for every other one."""
        health = account.health
        left = ((health.retry_at or 0) - self._now()) / 1000
        if health.state is not HealthState.RATE_LIMITED or left <= 0:
            return None
        return Looked(account, health, complete=False, wait=left, next_at=None)

    def _resumed(self, at: int) -> Appointment:
        return Appointment.resumed(at, LONGEST_WAIT, wall=self._now(), steady=time.monotonic())

    def _in(self, seconds: float) -> Appointment:
        return Appointment.in_seconds(seconds, wall=self._now(), steady=time.monotonic())
