"""A simulated Graph API with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.facebook import NETWORK
from cminbox.networks.facebook.account import FacebookAccount
from cminbox.simulators.facebook import SimulatedFacebook
from cminbox.simulators.facebook.world import PAGE_ID
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page

TOKEN = "stage-page-token"
HISTORY_MS = 30 * 24 * 3600 * 1000


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(self, **knobs: Any) -> None:  # noqa: ANN401 - those of the simulator
        self.clock = START
        self.server = SimulatedFacebook(self.now, token=TOKEN, **knobs)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.ana = self.server.add_person("Ana Lima")
        self.ben = self.server.add_person("Ben")
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, *, days: float = 0.0, seconds: float = 0.0) -> None:
        self.clock += round((days * 24 * 3600 + seconds) * 1000)

    def connect(self, *, human_agent: bool = False, api_version: str = "v25.0") -> Network:
        account = FacebookAccount(
            page_id=PAGE_ID,
            access_token=SecretStr(TOKEN),
            human_agent=human_agent,
            api_version=api_version,
        )
        return NETWORK(account, self.http, KeptInMemory(), self.now)

    async def pages(self, cursor: str | None = None) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - HISTORY_MS)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def message(self, remote_id: str) -> Message:
        return {message.remote_id: message for message in await self.messages()}[remote_id]

    def writes(self, kind: Kind, text: str, under: str | None = None) -> str:
        return self.server.someone_writes(kind, self.ana, text, under)

    def answer(self, to: str, text: str, kind: Kind = Kind.COMMENT) -> Reply:
        conversation = self.ana.id if kind is Kind.DM else to
        return Reply("k-1", kind, conversation, to, text, self.now())

    def asked(self, part: str) -> list[Request]:
        return [request for request in self.wire.seen if part in request.path]

    def intercept(self, change: Callable[[Request, Response], Response]) -> None:
        """Let every answer pass through `change` on its way out."""
        honest = self.server.answer

        def answer(request: Request) -> Response:
            return change(request, honest(request))

        setattr(self.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type


@pytest.fixture
def make_stage() -> type[Stage]:
    """Give the class, for servers with other knobs."""
    return Stage


@pytest.fixture
def stage() -> Stage:
    """Give a server as it usually is."""
    return Stage()
