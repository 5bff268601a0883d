"""A simulated app with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.google_play import NETWORK
from cminbox.networks.google_play.account import GooglePlayAccount
from cminbox.simulators.google_play import SimulatedGooglePlay, new_service_account
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page
    from cminbox.simulators.google_sign_in import ServiceAccount

HOUR_MS = 3600 * 1000
HISTORY_MS = 30 * 24 * HOUR_MS
LIST = "/androidpublisher/v3/applications/com.acme.parcels/reviews"


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(self, key_file: Path, account: ServiceAccount, **knobs: Any) -> None:  # noqa: ANN401 - of the server
        self.clock = START
        self.key_file = key_file
        self.server = SimulatedGooglePlay(self.now, account, **knobs)
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
        account = GooglePlayAccount(package_name="com.acme.parcels", key_file=str(self.key_file), **more)
        return NETWORK(account, self.http, self.kept, self.now)

    async def pages(self, cursor: str | None = None) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - HISTORY_MS)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def read(self, cursor: str | None = None) -> str:
        """Read everything; return the cursor behind it."""
        return (await self.pages(cursor))[-1].cursor

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


@pytest.fixture(scope="session")
def service_key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ServiceAccount]:
    """Give a key file and what Google knows of it: making one takes a while."""
    file = tmp_path_factory.mktemp("google-play") / "key.json"
    return file, new_service_account(file)


@pytest.fixture
def make_stage(service_key: tuple[Path, ServiceAccount]) -> Callable[..., Stage]:
    """Give a way to make servers with other knobs."""
    return lambda **knobs: Stage(*service_key, **knobs)


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """Give an app as most are."""
    return make_stage()
