"""Who this process is, whether another one still lives, and the lease that says which of them syncs and sends."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cminbox.domain.problem import StoreProblem
from cminbox.domain.value import dataclass
from cminbox.store.leases import SYNC
from cminbox.store.living import is_alive

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.store.leases import Leases

_LOG = logging.getLogger(__name__)
LEASE_SECONDS = 30
RENEW_SECONDS = 8.0
_DEAD = frozenset("ZX")
_START_TIME_FIELD = 19
"""Of /proc/PID/stat, counted behind the command's name in parentheses."""


class Trace(Protocol):
    """What a process has left in the database: who it was, on which machine, under which number."""

    @property
    def holder(self) -> str:
        """The name of the run that holds the lease, see `Holder`."""

    @property
    def host(self) -> str:
        """The machine's name."""

    @property
    def pid(self) -> int:
        """The process's number."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One run of one process. `name` tells it from every other run, also from one that had the same number."""

    name: str
    host: str
    pid: int

    @classmethod
    def of_this_process(cls) -> Holder:
        """Return the holder that stands for this process."""
        pid = os.getpid()
        return cls(f"{_place()}/{_started(pid)}/{os.urandom(8).hex()}", socket.gethostname(), pid)

    def outlived(self, trace: Trace) -> bool:
        """Whether the process of a lease or a stay is surely dead: it ran here, and none has its number and age."""
        place, _, rest = trace.holder.rpartition("/")[0].rpartition("/")
        if trace.host != self.host or place != _place():
            return False
        return not is_alive(trace.pid) or _started(trace.pid) not in {rest, None}


class LeaseKeeper:
    """Takes the lease for one holder and renews it beside whatever else the process does.

    `lost` is set as soon as another process holds it.
    """

    def __init__(self, leases: Leases, holder: Holder, now: Callable[[], int]) -> None:
        self._leases = leases
        self._holder = holder
        self._now = now
        self._task: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()

    async def take(self) -> bool:
        """Take the lease, at once from a process that is dead; False when a living one holds it."""
        current = await asyncio.to_thread(self._leases.current, SYNC, now=self._now())
        dead = current.holder if current is not None and self._holder.outlived(current) else None
        take = partial(self._leases.take, SYNC, holder=self._holder.name, host=self._holder.host, pid=self._holder.pid)
        taken = await asyncio.to_thread(take, now=self._now(), seconds=LEASE_SECONDS, instead_of=dead)
        if taken:
            self._task = asyncio.create_task(self._keep(), name="keeping the lease")
        return taken

    async def give_back(self) -> None:
        """End the lease, so that the next process need not wait for its expiry."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
            await asyncio.to_thread(self._leases.give_back, SYNC, holder=self._holder.name)

    async def _keep(self) -> None:
        while not self.lost.is_set():
            await asyncio.sleep(RENEW_SECONDS)
            try:
                renew = partial(self._leases.renew, SYNC, holder=self._holder.name)
                held = await asyncio.to_thread(renew, now=self._now(), seconds=LEASE_SECONDS)
            except StoreProblem as problem:
                # Nothing can be begun either while the file cannot be written.
                _LOG.warning("the lease cannot be renewed yet: %s", problem)
            else:
                if not held:
                    self.lost.set()


def _place() -> str:
    """Return what tells apart machines, their starts, and the containers within which a process number means one."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return "unknown"
    return f"{boot}/{space}"


def _started(pid: int) -> str | None:
    """Return when a process started, in the kernel's ticks; None where that cannot be known."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    if len(fields) <= _START_TIME_FIELD:
        return None
    # One that has died and was not yet missed by its parent works no more.
    return "dead" if fields[0] in _DEAD else fields[_START_TIME_FIELD]
