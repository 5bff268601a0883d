"""A simulated site with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.wordpress import NETWORK
from cminbox.networks.wordpress.account import WordpressAccount
from cminbox.simulators.wire import Request, Response, Wire, WireTransport
from cminbox.simulators.wordpress import Rules, SimulatedWordpress

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page

PASSWORD = "stag EPAS swor dabc d123 4567"
HISTORY_MS = 30 * 24 * 3600 * 1000
MINUTE_MS = 60_000


class Stage:
    """A site, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(
        self,
        *,
        rules: Rules | None = None,
        role: str = "editor",
        password: str = PASSWORD,
        url: str = "https://blog.example",
        read_spam: bool = False,
        page_size: int = 10,
    ) -> None:
        self.clock = START
        self.server = SimulatedWordpress(self.now, password=PASSWORD, role=role, rules=rules)
        self.account = WordpressAccount(
            base_url=url,
            username="acme",
            application_password=SecretStr(password),
            read_spam=read_spam,
            page_size=page_size,
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.network = self.connect()
        self.cursor: str | None = None

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def later(self, milliseconds: int) -> None:
        self.clock += milliseconds

    def connect(self) -> Network:
        return NETWORK(self.account, self.http, KeptInMemory(), self.now)

    async def pages(self) -> list[Page]:
        """Fetch what is new since the last time."""
        found = [page async for page in self.network.fetch(self.cursor, START - HISTORY_MS)]
        self.cursor = found[-1].cursor if found else self.cursor
        return found

    async def new(self) -> list[Message]:
        return [message for page in await self.pages() for message in page.messages]

    async def gone(self) -> list[str]:
        return [remote_id for page in await self.pages() for remote_id in page.deleted]

    def answer(self, to: int | str, text: str, kind: Kind = Kind.COMMENT) -> Reply:
        return Reply("k-1", kind, str(to), str(to), text, self.now())

    def asked(self, path: str, method: str = "GET") -> list[Request]:
        return [seen for seen in self.wire.seen if (seen.method, seen.path) == (method, path)]

    def intercept(self, change: Callable[[Request, Response], Response]) -> None:
        """Let every answer pass through `change` on its way out."""
        honest = self.server.answer

        def answer(request: Request) -> Response:
            return change(request, honest(request))

        setattr(self.server, "answer", answer)  # noqa: B010 - a plain assignment to a method is no type


@pytest.fixture
def make_stage() -> type[Stage]:
    """Give the class, for sites with other knobs."""
    return Stage


@pytest.fixture
def stage() -> Stage:
    """Give a site as most are."""
    return Stage()
