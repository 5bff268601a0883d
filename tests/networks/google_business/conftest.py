"""A simulated business with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.google_business import NETWORK
from cminbox.networks.google_business.account import GoogleBusinessAccount
from cminbox.simulators.google_business import SimulatedGoogleBusiness
from cminbox.simulators.google_business.server import PLACE
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page
    from cminbox.simulators.google_reviews import Review

HOUR_MS = 3600 * 1000
HISTORY_MS = 30 * 24 * HOUR_MS
REFRESH = "1//stage-refresh"
LIST = f"/v4/accounts/1001/locations/{PLACE}/reviews"
BATCH = "/v4/accounts/1001/locations:batchGetReviews"


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(self, **knobs: Any) -> None:  # noqa: ANN401 - those of the server
        self.clock = START
        self.server = SimulatedGoogleBusiness(self.now, refresh_token=REFRESH, **knobs)
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def later(self, milliseconds: int) -> None:
        self.clock += milliseconds

    def connect(self, **more: Any) -> Network:  # noqa: ANN401 - fields of the account
        application = self.server.google.application
        account = GoogleBusinessAccount(
            client_id=application.client_id,
            client_secret=SecretStr(application.client_secret),
            refresh_token=SecretStr(REFRESH),
            **more,
        )
        return NETWORK(account, self.http, self.kept, self.now)

    async def pages(self, cursor: str | None = None) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - HISTORY_MS)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def read(self) -> str:
        """Read everything; return the cursor behind it."""
        return (await self.pages())[-1].cursor

    def review(self, remote_id: str) -> Review:
        review = self.server.review(remote_id)
        assert review is not None
        return review

    def we_answer(self, remote_id: str, text: str) -> None:
        """Let a colleague answer on the Business Profile's pages."""
        self.server.reviews.answer(self.review(remote_id).id, text)

    def answer(self, to: str, text: str, key: str = "k-1") -> Reply:
        return Reply(key, Kind.REVIEW, to, to, text, self.now())

    def asked(self, path: str = LIST, method: str = "GET") -> list[Request]:
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
    """Give a business with one place."""
    return Stage()
