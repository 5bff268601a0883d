"""Fetching and sending as the front ends see it: one cycle, a service, or a child process that the screens share.

One process per workspace syncs and sends: it holds a lease. Whoever finds the lease taken leaves the work to its
holder. Importing this module loads no HTTP; only `sync_once` and `sync_watch` do, when they are called.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.domain.waiting import back_off
from cminbox.store.leases import SYNC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.domain.account import HealthState
    from cminbox.domain.saying import Saying
    from cminbox.inbox.workspace import Workspace
    from cminbox.store.leases import Lease
    from cminbox.sync.connecting import Connector

WAIT_SECONDS = 300.0
"""How long `sync_once` waits for another process that syncs."""
SETTLE_SECONDS = 30.0
"""How long `sync_once` waits for replies whose next attempt is near."""
CHILD_SECONDS = 15.0
"""How long a child that is asked to end may take to finish what it sends."""
CHILD_OPTION = "--while-needed"
"""The option of `cminbox sync --watch` that ends the process when no screen needs it any more."""


@dataclass(frozen=True, slots=True)
class AccountOutcome:
    """What a cycle did for one account. Times are UTC milliseconds.

    `complete` says whether everything was read; else `state`, `reason` and `retry_at` say why not. `skipped` holds
    one sentence per item that could not be read or stored; the others are there.
    """

    account: str
    network: str
    state: HealthState
    complete: bool
    reason: Saying | None = None
    retry_at: int | None = None
    new: int = 0
    changed: int = 0
    skipped: tuple[Saying, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a cycle did. `waiting` counts the replies and acts that are still on their way when it ended.

    `done_by` names the process that did it when it was not this one, such as "host (4711)".
    """

    accounts: tuple[AccountOutcome, ...] = ()
    sent: int = 0
    refused: int = 0
    unknown: int = 0
    acts_done: int = 0
    acts_refused: int = 0
    waiting: int = 0
    done_by: str | None = None

    @property
    def ok(self) -> bool:
        """Whether every account is up to date and nothing was refused or is unknown."""
        return all(one.complete for one in self.accounts) and not (self.refused or self.unknown or self.acts_refused)


async def sync_once(
    workspace: Workspace,
    *,
    connector: Connector | None = None,
    wait: float = WAIT_SECONDS,
    settle: float = SETTLE_SECONDS,
) -> SyncReport:
    """Fetch every account to its end and give every due reply and act its outcome.

    Holds that were left to the syncing process are released when they have run out; those of screens are left alone.
    Holds and attempts whose time comes within `settle` seconds are waited for. When another process holds the lease
    it is asked for a cycle and waited for, at most `wait` seconds. Raises Problem when it does not finish in time.
    `connector` makes the network of an account; the default one reads the workspace's secrets.
    """
    from cminbox.inbox.sync_process import once  # noqa: PLC0415 - loads HTTP

    return await once(workspace, connector, wait=wait, settle=settle)


async def sync_watch(
    workspace: Workspace,
    stop: asyncio.Event,
    *,
    connector: Connector | None = None,
    while_needed: bool = False,
) -> None:
    """Sync and send until `stop` is set; a send that has begun is finished first.

    With `while_needed` it also ends when no screen is open any more and nothing is left to send. Raises Problem when
    another process holds the lease, or takes it over.
    """
    from cminbox.inbox.sync_process import watch  # noqa: PLC0415 - loads HTTP

    await watch(workspace, stop, connector, while_needed=while_needed)


def run_once(workspace: Workspace, *, settle: float = SETTLE_SECONDS) -> SyncReport:
    """Do `sync_once` from a command. Raises Problem."""
    from cminbox.settings.log_file import logging_to  # noqa: PLC0415 - a screen that starts a child logs nothing

    with logging_to(workspace.locations.logs, "sync-once"):
        return asyncio.run(sync_once(workspace, settle=settle))


def run_watch(workspace: Workspace, *, while_needed: bool = False) -> None:
    """Do `sync_watch` from a command until SIGTERM, SIGINT or SIGHUP. Raises Problem."""
    from cminbox.settings.log_file import logging_to  # noqa: PLC0415 - as in run_once

    async def watched() -> None:
        async with _stopped_by_signals() as stop:
            await sync_watch(workspace, stop, while_needed=while_needed)

    with logging_to(workspace.locations.logs, "sync"):
        asyncio.run(watched())


@contextlib.asynccontextmanager
async def _stopped_by_signals() -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    caught = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in caught:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


def who_syncs(workspace: Workspace) -> Lease | None:
    """Return the lease of the process that syncs and sends now, None when nobody does."""
    return workspace.leases.current(SYNC, now=workspace.now())


def can_sync(workspace: Workspace) -> bool:
    """Whether this process could sync: there is a connected account, and its secrets can be read by this user."""
    return bool(workspace.accounts.connected()) and os.access(workspace.locations.secrets, os.R_OK | os.X_OK)


def child_command(workspace: Workspace) -> list[str]:
    """Return the command of the child process that syncs for the screens of this workspace."""
    locations = workspace.locations
    config = [] if locations.named_config is None else ["--config", str(locations.named_config)]
    where = ["--workspace", f"{locations.folder}/", *config]
    return [sys.executable, "-m", "cminbox", *where, "sync", "--watch", CHILD_OPTION]


class Attendance:
    """A screen's presence: while one exists, somebody has to sync. Hold one per screen, close it at the end.

    The presence is a shared lock on a file, which the operating system takes back however the screen ends; the child
    that syncs ends itself when the lock is free. So no screen has to stop a child, and none outlives the screens.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._child: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._not_before = 0.0
        self._file = _open_needed(workspace)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def ensure(self) -> Lease | None:
        """Return who syncs; when nobody does, start a child if this user may. Ask at the start, then every 5 s or so.

        None means that nobody syncs (yet): the next call names the child that was started. Costs a read each time.
        A lease whose process has died counts as none. Raises Problem when no child can be started.
        """
        from cminbox.sync.lease_keeper import Holder  # noqa: PLC0415 - not before the first screen is painted

        lease = who_syncs(self._workspace)
        if lease is not None and not Holder.of_this_process().outlived(lease):
            self._failures = 0
            return lease
        alive = self._child is not None and self._child.poll() is None
        if not alive and time.monotonic() >= self._not_before and can_sync(self._workspace):
            # One that ends by a fault of its own, again and again, must not keep the machine busy.
            self._not_before = time.monotonic() + back_off(self._failures, lambda: 1.0)
            self._failures += 1
            self._child = start_child(self._workspace)
        return None

    def close(self, *, with_child: bool = False) -> None:
        """End the presence; `with_child` also ends the child that was started here, and waits for it.

        Closing twice is fine.
        """
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        if self._child is None:
            return
        if not with_child:
            # It outlives us by intent, of which Python would warn otherwise.
            self._child.returncode = self._child.poll() or 0
        else:
            self._child.terminate()
            try:
                self._child.wait(CHILD_SECONDS)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()


def needed(workspace: Workspace) -> bool:
    """Whether any screen of this workspace is open, on this host."""
    if not workspace.locations.folder.is_dir():
        # The workspace itself was removed.
        return False
    descriptor = _open_needed(workspace)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def start_child(workspace: Workspace) -> subprocess.Popen[bytes]:
    """Start the process that syncs for the screens, without a terminal, in a session of its own.

    It ends by itself, see `Attendance`; when another one holds the lease already it ends at once. Raises Problem.
    """
    log = workspace.locations.logs / "sync-start.log"
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            return subprocess.Popen(  # noqa: S603 - our own program
                child_command(workspace),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
            )
        finally:
            os.close(output)
    except OSError as error:
        raise Problem(say("No syncing process could be started: {error}", error=error.strerror or "")) from error


def _open_needed(workspace: Workspace) -> int:
    file = workspace.locations.folder / "screens.lock"
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise Problem(
            say("{file} cannot be opened: {reason}", file=safe(str(file)), reason=error.strerror or "")
        ) from error
