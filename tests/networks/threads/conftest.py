"""A simulated Threads API with one adapter on it, for the tests of this folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.threads import NETWORK
from cminbox.networks.threads.account import ThreadsAccount
from cminbox.simulators.threads import SimulatedThreads
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page

TOKEN = "stage-threads-token"
HISTORY_MS = 30 * 24 * 3600 * 1000


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(self, **knobs: Any) -> None:  # noqa: ANN401 - those of the simulator
        self.clock = START
        self.server = SimulatedThreads(self.now, token=TOKEN, **knobs)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, *, days: float = 0.0, seconds: float = 0.0) -> None:
        self.clock += round((days * 24 * 3600 + seconds) * 1000)

    def connect(self, **settings: Any) -> Network:  # noqa: ANN401 - those of the account
        given: dict[str, Any] = {"username": "acme", "access_token": SecretStr(TOKEN)}
        return NETWORK(ThreadsAccount(**(given | settings)), self.http, self.kept, self.now)

    async def pages(self, cursor: str | None = None) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - HISTORY_MS)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def message(self, remote_id: str) -> Message:
        return {message.remote_id: message for message in await self.messages()}[remote_id]

    async def cursor(self) -> str:
        return (await self.pages())[-1].cursor

    def writes(self, kind: Kind, text: str, under: str | None = None, by: str = "ana.lima") -> str:
        return self.server.someone_writes(kind, by, text, under)

    def answer(self, to: str, text: str, kind: Kind = Kind.COMMENT) -> Reply:
        return Reply("k-1", kind, to, to, text, self.now())

    def asked(self, part: str, method: str | None = None) -> list[Request]:
        return [one for one in self.wire.seen if part in one.path and method in {None, one.method}]

    def published(self) -> list[str]:
        return [post.text for post in self.server.published()]

    def publishing(self) -> int:
        return sum(self.server.publishes(request) for request in self.wire.seen)

    def intercept(self, change: Callable[[Request, Response], Response]) -> None:
        """Let every answer pass through `change` on its way out."""
        honest = self.server.answer

        def answer(request: Request) -> Response:
            return change(request, honest(request))

        setattr(self.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type

    def spoil(self, part: str, change: Callable[[Any], Any]) -> None:
        """Let the bodies of answers to requests for a path pass through `change`."""

        def spoilt(request: Request, response: Response) -> Response:
            if part not in request.path:
                return response
            return Response.of(change(json.loads(response.body)), response.status, response.headers)

        self.intercept(spoilt)


@pytest.fixture
def make_stage() -> type[Stage]:
    """Give the class, for servers with other knobs."""
    return Stage


@pytest.fixture
def stage() -> Stage:
    """Give a server as it usually is."""
    return Stage()
