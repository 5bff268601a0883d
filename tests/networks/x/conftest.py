"""A simulated X with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.x import NETWORK
from cminbox.networks.x.account import XAccount
from cminbox.simulators.wire import Request, Response, Wire, WireTransport
from cminbox.simulators.x import Application, Rules, SimulatedX

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import AccountReport, Network, Page

HISTORY_MS = 30 * 24 * 3600 * 1000
MINUTE_MS = 60_000
REFRESH = "stage-refresh"


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(
        self,
        *,
        sign_in: str = "pin",
        application: Application | None = None,
        rules: Rules | None = None,
        start: int = START,
        **settings: Any,  # noqa: ANN401 - those of an account
    ) -> None:
        self.clock = start
        self.sign_in = sign_in
        self.settings = settings
        self.application = application or Application()
        self.server = SimulatedX(
            self.now, application=self.application, refresh_token=REFRESH, rules=rules or Rules(largest_page=10)
        )
        self.world = self.server.world
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.ana = self.world.user("ana")
        self.ben = self.world.user("ben")
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def later(self, milliseconds: int) -> None:
        self.clock += milliseconds

    def connect(self, **other: Any) -> Network:  # noqa: ANN401 - as above
        signs = self.server.sign_ins
        given = {
            "sign_in": self.sign_in,
            "app_key": self.application.key,
            "app_secret": self.application.secret,
            "token": REFRESH if self.sign_in == "browser" else signs.token,
            "token_secret": signs.token_secret,
            "calls_per_day": 1000.0,
        }
        account = XAccount.model_validate(given | self.settings | other)
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

    async def check(self) -> AccountReport:
        return await self.network.check()

    def answer(self, to: str, text: str, kind: Kind = Kind.MENTION, conversation: str = "", key: str = "k-1") -> Reply:
        return Reply(key, kind, conversation or to, to, text, self.now())

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
    """Give an account as most are."""
    return Stage()
