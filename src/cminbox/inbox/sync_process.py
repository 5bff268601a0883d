"""The process that holds the lease: it fetches, sends, and keeps the clocks of holds and snoozes."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, StoreProblem
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.waiting import SetBacks
from cminbox.inbox.announcing import Announcer
from cminbox.inbox.chores import Chores
from cminbox.inbox.lanes import Lanes
from cminbox.inbox.rereading import Rereader
from cminbox.inbox.syncing import AccountOutcome, SyncReport, needed
from cminbox.outbox.attempts import Desk
from cminbox.outbox.sender import Sender
from cminbox.settings.secrets import open_secrets
from cminbox.store.ingest import Ingest
from cminbox.store.leases import SYNC
from cminbox.store.waits import clock_set_back
from cminbox.sync.connecting import Connections, SecretConnector
from cminbox.sync.engine import Engine
from cminbox.sync.health import ill
from cminbox.sync.lease_keeper import Holder, LeaseKeeper
from cminbox.sync.looking import Looked, Looker
from cminbox.sync.pace import Bounds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.domain.account import Account
    from cminbox.inbox.workspace import Workspace
    from cminbox.network_kit.failures import SignInAgain
    from cminbox.store.leases import Lease
    from cminbox.sync.connecting import Connector

_LOG = logging.getLogger(__name__)
TICK_SECONDS = 0.1
"""How soon a newly queued reply is noticed."""
CLOCK_SECONDS = 1.0
REVIEW_SECONDS = 0.2
"""How long of each second conversations may be looked at for which other policies hold now."""
ANNOUNCING_SECONDS = 10.0
"""How long a cycle may take at its end to tell the command of the settings what has become late."""
NEEDED_SECONDS = 2.0
GRACE_SECONDS = 10.0
"""How long a send that has begun may still take when the process is asked to stop."""
_RETRY_LEASE = 0.5
_FOLLOW_SECONDS = 0.2


class SyncProcess:
    """All parts of syncing and sending, put together for one workspace and one holder of the lease."""

    def __init__(self, workspace: Workspace, connector: Connector | None) -> None:
        self.workspace = workspace
        sync = workspace.settings.sync
        self.ingest = Ingest(workspace.database)
        self.connections = Connections(workspace.accounts, connector or _default_connector(workspace))
        self.holder = Holder.of_this_process()
        self.keeper = LeaseKeeper(workspace.leases, self.holder, workspace.now)
        self.looker = Looker(
            workspace.accounts,
            Engine(workspace.accounts, self.ingest, workspace.now, sync.history_days),
            self.connections,
            Bounds(sync.fastest, sync.slowest),
            now=workspace.now,
            chance=random.random,
        )
        self.lanes = Lanes(self.looker, self.connections, workspace.accounts, workspace.now)
        self.desk = Desk(
            workspace.outbox,
            self.ingest,
            self.connections.network,
            self.holder.name,
            workspace.now,
            random.random,
            self._sign_in_failed,
            workspace.settings.spending.limit,
        )
        self.sender = Sender(self.desk, workspace.acts, self.accounts, time.monotonic)
        self.chores = Chores(workspace)
        self.rereader = Rereader(workspace)
        self.announcer = Announcer(workspace)
        self._set_backs = SetBacks(workspace.now(), time.monotonic())
        self._set_back = 0

    def accounts(self) -> dict[int, Account]:
        """Return the connected accounts by id, as they stand now."""
        return {account.id: account for account in self.workspace.accounts.connected()}

    @asynccontextmanager
    async def leased(self) -> AsyncIterator[None]:
        """Do what is inside as the holder of the lease, and leave nothing open. Call only after it was taken."""
        try:
            await self.sender.recover()
            yield
        finally:
            await self.lanes.stop()
            await self.sender.stop(GRACE_SECONDS)
            await self.chores.finish()
            await self.connections.close()
            await self.keeper.give_back()

    async def tend(self) -> None:
        """Do what only time brings: end holds that have run out, flag those of dead screens, wake what is snoozed.

        Then say what has become late, and look at what other policies hold for now, also those of changed settings.
        """
        await self._follow_clock()
        self.chores.tend()
        await self.rereader.tend()
        now = self.workspace.now()
        await asyncio.to_thread(self.workspace.outbox.release_expired, now)
        await asyncio.to_thread(self.workspace.outbox.interrupt_stale, now)
        await asyncio.to_thread(self.workspace.conversations.wake, now)
        await self.sender.recover()
        await self.sender.poke()
        await asyncio.to_thread(self.workspace.review_response_times, REVIEW_SECONDS)
        await self.announcer.tend()

    async def settle(self, seconds: float) -> None:
        """Send until nothing is due, and nothing falls due within so many seconds from now."""
        until = time.monotonic() + seconds
        while not self.keeper.lost.is_set() and not self.sender.lost.is_set():
            await self.tend()
            left = max(0.0, until - time.monotonic())
            horizon = self.workspace.now() + round(left * 1000)
            near = self.sender.waiting(within=left) or self.workspace.outbox.running_out(horizon)
            if not self.sender.busy and (not near or left <= 0):
                return
            await asyncio.sleep(TICK_SECONDS)

    async def _follow_clock(self) -> None:
        """Move what waits for an instant when the wall's clock was set back; else a reply would wait that long."""
        self._set_back += self._set_backs.since_last(wall=self.workspace.now(), steady=time.monotonic())
        if self._set_back:
            _LOG.warning("the clock was set back by %d s", self._set_back // 1000)
            await asyncio.to_thread(clock_set_back, self.workspace.database, self._set_back)
            self._set_back = 0

    async def _sign_in_failed(self, account: Account, failure: SignInAgain) -> None:
        verdict = ill(failure, account.health, now=self.workspace.now(), chance=random.random)
        retry_at = verdict.health.retry_at or self.workspace.now()
        await asyncio.to_thread(self.workspace.accounts.set_health, account.id, verdict.health, next_fetch_at=retry_at)


async def once(workspace: Workspace, connector: Connector | None, *, wait: float, settle: float) -> SyncReport:
    """Do what `cminbox.inbox.syncing.sync_once` says."""
    process = SyncProcess(workspace, connector)
    until = time.monotonic() + wait
    while not await process.keeper.take():
        lease = workspace.leases.current(SYNC, now=workspace.now())
        if lease is not None:
            report = await _by_other(workspace, process.ingest, lease, until)
            if report is not None:
                return report
        if time.monotonic() > until:
            raise _too_slow()
        await asyncio.sleep(_RETRY_LEASE)
    async with process.leased():
        await process.tend()
        looked = await process.lanes.all_now(settle)
        await process.settle(settle)
        if process.keeper.lost.is_set() or process.sender.lost.is_set():
            raise _taken_over()
        await process.announcer.drain(ANNOUNCING_SECONDS)
    tally = process.desk.tally
    return SyncReport(
        tuple(_outcome(one) for one in looked),
        tally.sent,
        tally.refused,
        len(tally.unknown),
        tally.acts_done,
        tally.acts_refused,
        process.sender.waiting(),
    )


async def watch(workspace: Workspace, stop: asyncio.Event, connector: Connector | None, *, while_needed: bool) -> None:
    """Do what `cminbox.inbox.syncing.sync_watch` says."""
    process = SyncProcess(workspace, connector)
    if not await process.keeper.take():
        raise _taken_over()
    _LOG.info("syncing %s", safe(str(workspace.locations.folder)))
    async with process.leased():
        await Watch(process, stop, while_needed=while_needed).run()
    _LOG.info("stopped syncing %s", safe(str(workspace.locations.folder)))


class Watch:
    """The loop of the service: it sleeps a tenth of a second, and looks further only when something changed."""

    def __init__(self, process: SyncProcess, stop: asyncio.Event, *, while_needed: bool) -> None:
        self._process = process
        self._workspace = process.workspace
        self._stop = stop
        self._while_needed = while_needed
        self._lanes = process.lanes
        self._cycle: asyncio.Task[None] | None = None
        self._version = -1
        self._clock_at = 0.0
        self._needed_at = 0.0

    async def run(self) -> None:
        """Go on until asked to stop, or until no screen needs it. Raises Problem when another process takes over."""
        try:
            while not self._stop.is_set() and not self._unneeded():
                if self._process.keeper.lost.is_set() or self._process.sender.lost.is_set():
                    raise _taken_over()
                try:
                    await self._turn()
                except StoreProblem as problem:
                    _LOG.error("%s", problem)
                    await self._sleep(CLOCK_SECONDS)
                await self._sleep(TICK_SECONDS)
        finally:
            if self._cycle is not None:
                self._cycle.cancel()

    async def _turn(self) -> None:
        version = self._workspace.database.version()
        changed, self._version = version != self._version, version
        clock = time.monotonic() >= self._clock_at
        if clock:
            self._clock_at = time.monotonic() + CLOCK_SECONDS
            await self._process.tend()
        elif changed:
            await self._process.sender.poke()
        if changed or clock:
            for account_id in await self._lanes.keep_up():
                self._process.sender.resume(account_id)
        if changed:
            self._begin_cycle()

    def _begin_cycle(self) -> None:
        """Begin the cycle that somebody asked for; those who ask meanwhile are served by the next one."""
        wanted, finished = self._workspace.leases.wanted(SYNC)
        if wanted > finished and (self._cycle is None or self._cycle.done()):
            self._cycle = asyncio.create_task(self._serve_cycle(wanted), name="a cycle that was asked for")

    async def _serve_cycle(self, wanted: int) -> None:
        try:
            await self._lanes.all_now()
            await self._process.settle(0.0)
            await asyncio.to_thread(self._workspace.leases.finish, SYNC, wanted)
        except StoreProblem as problem:
            # Whoever asked for it goes on waiting; the next change of the database begins it anew.
            _LOG.error("%s", problem)

    def _unneeded(self) -> bool:
        if not self._while_needed or time.monotonic() < self._needed_at:
            return False
        self._needed_at = time.monotonic() + NEEDED_SECONDS
        return not needed(self._workspace) and not self._process.sender.busy and not self._process.sender.waiting(0.0)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return


def _default_connector(workspace: Workspace) -> Connector:
    keyring = workspace.settings.secrets.store == "keyring"
    secrets = open_secrets(workspace.locations.secrets, "keyring" if keyring else "files")
    return SecretConnector(secrets, workspace.now)


async def _by_other(workspace: Workspace, ingest: Ingest, lease: Lease, until: float) -> SyncReport | None:
    """Ask the holder of the lease for a cycle and wait for it; None when it goes away meanwhile."""
    mark = ingest.newest()
    cycle = await asyncio.to_thread(workspace.leases.want, SYNC)
    while time.monotonic() < until:
        _, finished = workspace.leases.wanted(SYNC)
        if finished >= cycle:
            return _report_of_other(workspace, ingest.arrived_after(mark), lease)
        current = workspace.leases.current(SYNC, now=workspace.now())
        if current is None or Holder.of_this_process().outlived(current):
            return None
        await asyncio.sleep(_FOLLOW_SECONDS)
    raise _too_slow()


def _report_of_other(workspace: Workspace, new: dict[int, int], lease: Lease) -> SyncReport:
    accounts = workspace.accounts.connected()
    outcomes = tuple(
        AccountOutcome(
            account.name,
            account.network,
            account.health.state,
            account.health.state.value == "ok",
            Saying.from_json(account.health.reason) if account.health.reason else None,
            account.health.retry_at,
            new.get(account.id, 0),
        )
        for account in accounts
    )
    return SyncReport(outcomes, done_by=f"{safe(lease.host)} ({lease.pid})")


def _outcome(looked: Looked) -> AccountOutcome:
    health = looked.health
    return AccountOutcome(
        looked.account.name,
        looked.account.network,
        health.state,
        looked.complete,
        Saying.from_json(health.reason) if health.reason else None,
        health.retry_at,
        looked.new,
        looked.changed,
        looked.skipped,
    )


def _taken_over() -> Problem:
    return Problem(say("Another process syncs and sends for this workspace already"))


def _too_slow() -> Problem:
    return Problem(say("The process that syncs this workspace did not finish in time; try again later"))
