"""A simulated Bluesky with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.bluesky import Bluesky
from cminbox.networks.bluesky.account import BlueskyAccount
from cminbox.simulators.bluesky import SimulatedBluesky
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Kind, Message
    from cminbox.network_kit.contract import Page

PASSWORD = "stage-stage-stage-stage"
HISTORY_MS = 30 * 24 * 3600 * 1000


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(self, *, largest_page: int = 10, enforce_limits: bool = False) -> None:
        self.clock = START
        self.server = SimulatedBluesky(
            self.now, app_password=PASSWORD, largest_page=largest_page, enforce_limits=enforce_limits
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.credentials = KeptInMemory()
        self.ana = self.server.add_person("ana.example", "Ana", 120)
        self.ben = self.server.add_person("ben.example", "Ben")
        self.cursor: str | None = None
        self.delivered: list[str] = []
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def later(self, minutes: float) -> None:
        self.clock += round(minutes * 60_000)

    def connect(self, password: str = PASSWORD) -> Bluesky:
        account = BlueskyAccount(
            base_url="https://bluesky.example", handle="acme.example", app_password=SecretStr(password)
        )
        return Bluesky(account, self.http, self.credentials, self.now)

    async def pages(self, cursor: str | None = None, *, since: int | None = None) -> list[Page]:
        start = self.clock - HISTORY_MS if since is None else since
        return [page async for page in self.network.fetch(cursor, start)]

    async def new_pages(self) -> list[Page]:
        """Fetch on from where the last one ended, page by page, as the engine does; a failure keeps what came."""
        found: list[Page] = []
        async for page in self.network.fetch(self.cursor, self.clock - HISTORY_MS):
            self.cursor = page.cursor
            self.delivered += [message.remote_id for message in page.messages]
            found.append(page)
        return found

    async def new(self) -> list[str]:
        return [message.remote_id for page in await self.new_pages() for message in page.messages]

    async def message(self, remote_id: str) -> Message:
        found = {message.remote_id: message for page in await self.pages() for message in page.messages}
        return found[remote_id]

    def writes(self, kind: Kind, text: str, under: str | None = None, created_at: int | None = None) -> str:
        return self.server.someone_writes(kind, self.ana, text, under, created_at)

    def answer(self, message: Message, text: str, key: str = "k-1") -> Reply:
        conversation = message.conversation or message.remote_id
        return Reply(key, message.kind, conversation, message.remote_id, text, self.now())

    def asked(self, method: str) -> list[Request]:
        return [request for request in self.wire.seen if request.path == f"/xrpc/{method}"]

    def record(self, uri: str) -> dict[str, Any]:
        return self.server.world.records[uri].value

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
    """Give a server with small pages."""
    return Stage()
