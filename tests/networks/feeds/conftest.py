"""Simulated feeds with one adapter on them, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import NetworkFailure
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.feeds import NETWORK
from cminbox.networks.feeds.account import FeedsAccount
from cminbox.simulators.feeds import SimulatedFeeds
from cminbox.simulators.wire import Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page

DAY_MS = 24 * 3600 * 1000


class Stage:
    """A host of feeds and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(self, names: tuple[str, ...] = ("news.xml",), words: str = "", **knobs: Any) -> None:  # noqa: ANN401 - of the server
        self.clock = START
        self.server = SimulatedFeeds(self.now, names=names, **knobs)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.names: Sequence[str] = names
        self.words = words
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def later(self, seconds: float) -> None:
        self.clock += round(seconds * 1000)

    def connect(self) -> Network:
        addresses = " ".join(f"https://feeds.example/{name}" for name in self.names)
        return NETWORK(FeedsAccount(addresses=addresses, words=self.words), self.http, KeptInMemory(), self.now)

    def serve(self, body: bytes, kind: str = "application/xml", name: str = "news.xml") -> None:
        """Have a feed answer with these bytes."""
        self.server.instead[name] = Response(200, body, {"content-type": kind})

    async def pages(self, cursor: str | None = None) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - 30 * DAY_MS)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def until_it_fails(self) -> tuple[list[Page], NetworkFailure]:
        """Return what a fetch brings before it fails, and its failure."""
        pages: list[Page] = []
        try:
            async for page in self.network.fetch(None, self.clock - 30 * DAY_MS):
                pages.append(page)  # noqa: PERF401 - a comprehension that fails keeps nothing
        except NetworkFailure as failure:
            return pages, failure
        pytest.fail("no failure")

    async def read(self, cursor: str | None = None) -> str:
        """Read everything; return the cursor behind it."""
        return (await self.pages(cursor))[-1].cursor

    def asked(self) -> list[str]:
        return [seen.path.removeprefix("/") for seen in self.wire.seen]


@pytest.fixture
def make_stage() -> Callable[..., Stage]:
    """Give a way to make hosts with other knobs."""
    return Stage


@pytest.fixture
def stage() -> Stage:
    """Give a host with one feed."""
    return Stage()
