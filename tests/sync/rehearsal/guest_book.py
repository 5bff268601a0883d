"""A guest book served on loopback from a thread of the test, which keeps its own list: the judge."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.inbox.workspace import clock
from cminbox.simulators.wire import Request, Response, Wire, serve
from rehearsal.sending_child import TOKEN
from toy.simulator import Entry, GuestbookServer

if TYPE_CHECKING:
    from collections.abc import Iterator


class Judge(GuestbookServer):
    """A guest book that can forget send keys, and kill the process that publishes."""

    def __init__(self, *, knows_keys: bool) -> None:
        super().__init__(TOKEN, clock)
        self.knows_keys = knows_keys
        self.victim: int | None = None
        self.kill_when = ""

    def answer(self, request: Request) -> Response:
        """Answer, unless the process is to die at this moment."""
        if self.publishes(request) and self.kill_when == "request received":
            self._kill()
            return Response(500)
        answer = super().answer(request)
        if self.publishes(request) and self.kill_when == "request carried out":
            self._kill()
        return answer

    def add(self, entry: Entry) -> Entry:
        """Keep an entry, without its key where keys are not known."""
        return super().add(entry if self.knows_keys else replace(entry, key=None))

    def published(self) -> list[str]:
        """Return the texts that the owner has published."""
        return [entry.text for entry in self.entries.values() if entry.author == "owner"]

    def _kill(self) -> None:
        assert self.victim is not None
        os.kill(self.victim, signal.SIGKILL)
        self.kill_when = ""


@contextmanager
def serving(wire: Wire) -> Iterator[str]:
    """Serve a wire while the context lasts; gives the address."""
    ready, done = threading.Event(), threading.Event()
    address: list[str] = []

    async def hold() -> None:
        async with serve(wire) as url:
            address.append(url)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(hold()))
    thread.start()
    ready.wait()
    try:
        yield address[0]
    finally:
        done.set()
        thread.join()
