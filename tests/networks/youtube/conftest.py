"""A simulated channel with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.youtube import NETWORK
from cminbox.networks.youtube.account import YoutubeAccount
from cminbox.simulators.wire import Request, Response, Wire, WireTransport
from cminbox.simulators.youtube import Application, SimulatedYoutube

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page

SECRET = "stage-secret"
REFRESH = "stage-refresh"
HISTORY_MS = 30 * 24 * 3600 * 1000
MINUTE_MS = 60_000


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(
        self,
        *,
        application: Application | None = None,
        largest_page: int = 10,
        server_units: int = 10_000,
        units: int = 10_000,
        reserved: int = 2_000,
        title: str = "Acme",
        language: str = "en",
    ) -> None:
        self.clock = START
        self.application = application or Application(client_secret=SECRET)
        self.units, self.reserved = units, reserved
        self.server = SimulatedYoutube(
            self.now,
            refresh_token=REFRESH,
            application=self.application,
            largest_page=largest_page,
            daily_units=server_units,
            title=title,
            language=language,
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.ana = self.server.world.add_viewer("ana")
        self.ben = self.server.world.add_viewer("ben")
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def later(self, milliseconds: int) -> None:
        self.clock += milliseconds

    def connect(self) -> Network:
        account = YoutubeAccount(
            client_id=self.application.client_id,
            client_secret=SecretStr(self.application.client_secret),
            refresh_token=SecretStr(REFRESH),
            daily_units=self.units,
            reserved_units=self.reserved,
        )
        return NETWORK(account, self.http, self.kept, self.now)

    async def pages(self, cursor: str | None = None, *, since: int | None = None) -> list[Page]:
        start = self.clock - HISTORY_MS if since is None else since
        return [page async for page in self.network.fetch(cursor, start)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def read(self) -> str:
        """Read everything; return the cursor behind it."""
        return (await self.pages())[-1].cursor

    async def news(self, cursor: str) -> tuple[list[str], list[str], str]:
        """Return the texts of what is new, the ids of what is gone, and the cursor behind it."""
        pages = await self.pages(cursor)
        texts = [message.text for page in pages for message in page.messages]
        gone = [remote_id for page in pages for remote_id in page.deleted]
        return texts, gone, pages[-1].cursor if pages else cursor

    def answer(self, to: str, text: str, key: str = "k-1") -> Reply:
        return Reply(key, Kind.COMMENT, to, to, text, self.now())

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
    """Give the class, for servers with other knobs."""
    return Stage


@pytest.fixture
def stage() -> Stage:
    """Give a channel as most are."""
    return Stage()
