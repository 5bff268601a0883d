"""The service of a workspace with one account, as a task of the test."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from cminbox.inbox.syncing import sync_watch
from cminbox.inbox.tending import Tending
from cminbox.inbox.workspace import clock as real_clock
from cminbox.store.outbox import Decision
from rehearsal.network import ScriptedConnector, ScriptedNetwork, Server
from rehearsal.people import HOUR, wrote
from rehearsal.stage import Stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from cminbox.domain.reply import ReplyState


class Service:
    """A workspace with one account, and the service over it."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder)
        self.stage.clock.wall = real_clock()
        self.workspace = self.stage.workspace
        self.workspace.now = real_clock
        self.server = Server([wrote("question", at=real_clock() - HOUR)])
        self.connector = ScriptedConnector({"brand": ScriptedNetwork.over(self.server)})
        self.stage.connect("brand")
        self.tending = Tending(self.workspace)

    @asynccontextmanager
    async def running(self, *, while_needed: bool = False) -> AsyncIterator[asyncio.Task[None]]:
        stop = asyncio.Event()
        task = asyncio.create_task(
            sync_watch(self.workspace, stop, connector=self.connector, while_needed=while_needed)
        )
        try:
            yield task
        finally:
            stop.set()
            await asyncio.wait([task])

    def decide(self, text: str = "thank you", *, hold: int = 0, left_to_sync: bool = False) -> int:
        where = self.stage.everything()[0].id
        decision = Decision(where, text, "ana", "tty1", real_clock(), hold, released_by_sync=left_to_sync)
        return self.workspace.outbox.decide(decision).id

    def state(self, reply_id: int) -> ReplyState:
        return self.workspace.outbox.get(reply_id).state


async def until(true: Callable[[], object], seconds: float = 20) -> float:
    """Wait until something is true, and return how long it took."""
    begun = time.monotonic()
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.005)
    return time.monotonic() - begun
