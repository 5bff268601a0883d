"""A simulated forum with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.discourse import NETWORK
from cminbox.networks.discourse.account import DiscourseAccount
from cminbox.simulators.discourse import Rules, SimulatedDiscourse
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Kind, Message
    from cminbox.network_kit.contract import Network, Page

KEY, ADMIN_KEY = "stage-key-0123456789", "stage-admin-key-0123456789"
HISTORY_MS = 30 * 24 * 3600 * 1000


class Stage:
    """A forum, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.clock = START
        self.server = SimulatedDiscourse(self.now, key=KEY, admin_key=ADMIN_KEY, rules=rules)
        self.world = self.server.world
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.ana, self.ben = self.world.user("ana", "Ana"), self.world.user("ben")
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def connect(self, *, key: str = KEY, admin: bool = False, base_url: str = "https://forum.example") -> Network:
        whole = {"username": "acme", "api_key": SecretStr(ADMIN_KEY)}
        secret = whole if admin else {"api_key": SecretStr(key)}
        account = DiscourseAccount.model_validate({"base_url": base_url, **secret})
        return NETWORK(account, self.http, KeptInMemory(), self.now)

    async def pages(self, cursor: str | None = None, *, history: int = HISTORY_MS) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - history)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def message(self, remote_id: str) -> Message:
        return {message.remote_id: message for message in await self.messages()}[remote_id]

    async def asked(self, kind: Kind, text: str = "where is my parcel?") -> Message:
        """Let Ana write, and return it as it arrives."""
        return await self.message(str(self.server.someone_writes(kind, self.ana, text).id))

    def answer(self, message: Message, text: str) -> Reply:
        return Reply("k-1", message.kind, message.conversation or "", message.remote_id, text, self.now())

    def requests(self, method: str, path: str) -> list[Request]:
        return [one for one in self.wire.seen if (one.method, one.path) == (method, path)]

    def intercept(self, change: Callable[[Request, Response], Response]) -> None:
        """Let every answer pass through `change` on its way out."""
        honest = self.server.answer

        def answer(request: Request) -> Response:
            return change(request, honest(request))

        setattr(self.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type


@pytest.fixture
def make_stage() -> type[Stage]:
    """Give the class, for forums that are set up differently."""
    return Stage


@pytest.fixture
def stage() -> Stage:
    """Give a forum whose brand moderates."""
    return Stage()
