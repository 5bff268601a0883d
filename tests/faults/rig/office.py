"""The syncing process inside this one, under a clock that is moved by hand: hours of sending in a second."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest.mock import patch

from cminbox.inbox import lanes, sync_process
from cminbox.inbox.sync_process import SyncProcess
from cminbox.network_kit import client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rig.stage import Stage

READ_SECONDS = 0.5
"""How long an answer is waited for, in the wall's own seconds; on a real network it is twenty."""
_FAR = 10 * 365 * 24 * 3600 * 1000
_SHORTEST_STEP = 0.05
_IDLE_STEP = 1.0
_POLL_SECONDS = 0.001
_MOST_TURNS = 2000


class Office:
    """Fetches and sends for a stage as its syncing process does, one turn at a time."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.process = SyncProcess(stage.workspace, None)

    async def turn(self) -> None:
        """Do everything that is due now, and wait for its end."""
        await self.process.tend()
        for account_id in await self.process.lanes.keep_up():
            self.process.sender.resume(account_id)
        await self.process.sender.poke()
        while self._busy():  # noqa: ASYNC110 - the program has no event for "nothing is under way"
            await asyncio.sleep(_POLL_SECONDS)

    async def work_off(self) -> None:
        """Let time pass until every reply has an outcome, or waits for a person."""
        for _ in range(_MOST_TURNS):
            await self.turn()
            if not self._waiting():
                return
            self.stage.clock.pass_time(self._step())
        raise AssertionError("replies are still on their way after all this time")

    def _busy(self) -> bool:
        looking = any(one.task is not None and not one.task.done() for one in self.process.lanes._lanes.values())
        return self.process.sender.busy or looking

    def _waiting(self) -> bool:
        outbox, horizon = self.stage.workspace.outbox, self.stage.clock.now() + _FAR
        return bool(outbox.due(horizon) or outbox.doubtful(horizon) or outbox.stranded(()))

    def _step(self) -> float:
        """Return the seconds until something is due."""
        now, steady = self.stage.clock.now(), self.stage.clock.steady()
        outbox = self.stage.workspace.outbox
        rows = [*outbox.due(now + _FAR), *outbox.doubtful(now + _FAR)]
        waits = [(row.next_try_at - now) / 1000 for row in rows if row.next_try_at is not None]
        waits += [pause.wait(wall=now, steady=steady) for pause in self.process.sender._pauses.values()]
        return max(_SHORTEST_STEP, min((wait for wait in waits if wait > 0), default=_IDLE_STEP))


@asynccontextmanager
async def opened(stage: Stage, read_seconds: float = READ_SECONDS) -> AsyncIterator[Office]:
    """Give an office that holds the lease."""
    clock = SimpleNamespace(monotonic=stage.clock.steady)
    with ExitStack() as patches:
        patches.enter_context(patch.object(lanes, "time", clock))
        patches.enter_context(patch.object(sync_process, "time", clock))
        patches.enter_context(patch.object(client, "READ_SECONDS", read_seconds))
        office = Office(stage)
        if not await office.process.keeper.take():
            raise AssertionError("another process holds the lease")
        async with office.process.leased():
            yield office
