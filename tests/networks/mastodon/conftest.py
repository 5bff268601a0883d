"""A simulated Mastodon server with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.mastodon import NETWORK
from cminbox.networks.mastodon.account import MastodonAccount
from cminbox.simulators.mastodon import Flavour, SimulatedMastodon
from cminbox.simulators.mastodon.server import SCOPES
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Kind, Message
    from cminbox.network_kit.contract import Network, Page

TOKEN = "stage-token"
HISTORY_MS = 30 * 24 * 3600 * 1000


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(
        self,
        flavour: Flavour = Flavour.CURRENT,
        *,
        largest_page: int = 10,
        max_characters: int = 500,
        scopes: tuple[str, ...] = SCOPES,
        untidy: bool = False,
        repeated_keys_fail: bool = False,
    ) -> None:
        self.clock = START
        self.server = SimulatedMastodon(
            self.now,
            flavour=flavour,
            token=TOKEN,
            largest_page=largest_page,
            max_characters=max_characters,
            scopes=scopes,
            untidy=untidy,
            repeated_keys_fail=repeated_keys_fail,
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.ana = self.server.add_person("ana@remote.example", "Ana")
        self.ben = self.server.add_person("ben", "Ben")
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def connect(self) -> Network:
        account = MastodonAccount(base_url="https://social.example", access_token=SecretStr(TOKEN))
        return NETWORK(account, self.http, KeptInMemory(), self.now)

    async def pages(self, cursor: str | None = None, *, since: int | None = None) -> list[Page]:
        start = self.clock - HISTORY_MS if since is None else since
        return [page async for page in self.network.fetch(cursor, start)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def message(self, remote_id: str) -> Message:
        return {message.remote_id: message for message in await self.messages()}[remote_id]

    def writes(self, kind: Kind, text: str, under: str | None = None) -> str:
        return self.server.someone_writes(kind, self.ana, text, under)

    def answer(self, message: Message, text: str, key: str = "k-1") -> Reply:
        conversation = message.conversation or message.remote_id
        return Reply(key, message.kind, conversation, message.remote_id, text, self.now())

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.wire.seen if request.path == path]

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
    """Give a current server."""
    return Stage()
