"""A simulated Graph API with one Instagram account and an adapter on it, for the tests of this folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.instagram import NETWORK
from cminbox.networks.instagram.account import InstagramAccount, Login
from cminbox.simulators.instagram import SimulatedInstagram
from cminbox.simulators.instagram.world import PAGE_ID
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page

TOKEN = "stage-instagram-token"
HISTORY_MS = 30 * 24 * 3600 * 1000


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(self, folder: Path, *, token: str = TOKEN, **knobs: Any) -> None:  # noqa: ANN401 - the simulator's
        self.clock = START
        self.folder = folder
        self.token = token
        self.login = Login(knobs.get("login", "instagram"))
        self.server = SimulatedInstagram(self.now, token=token, **knobs)
        self.server.on_mention = self.tell
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.ana = self.server.add_person("ana.lima")
        self.ben = self.server.add_person("ben")
        self.told = 0
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def pass_time(self, *, days: float = 0.0, seconds: float = 0.0) -> None:
        self.clock += round((days * 24 * 3600 + seconds) * 1000)

    def tell(self, notice: object) -> None:
        """Write a notice down as the brand's web server would."""
        (self.folder / "in").mkdir(exist_ok=True)
        self.told += 1
        (self.folder / "in" / f"{self.told:06d}.json").write_text(json.dumps(notice), encoding="utf-8")

    def connect(self, **settings: Any) -> Network:  # noqa: ANN401 - those of the account
        given: dict[str, Any] = {
            "username": "acme",
            "access_token": SecretStr(self.token),
            "login": self.login,
            "page_id": PAGE_ID if self.login is Login.FACEBOOK else "",
            "mentions_folder": str(self.folder),
        }
        return NETWORK(InstagramAccount(**(given | settings)), self.http, self.kept, self.now)

    async def pages(self, cursor: str | None = None) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - HISTORY_MS)]

    async def messages(self, cursor: str | None = None) -> list[Message]:
        return [message for page in await self.pages(cursor) for message in page.messages]

    async def message(self, remote_id: str) -> Message:
        return {message.remote_id: message for message in await self.messages()}[remote_id]

    async def cursor(self) -> str:
        return (await self.pages())[-1].cursor

    def writes(self, kind: Kind, text: str, under: str | None = None) -> str:
        return self.server.someone_writes(kind, self.ana, text, under)

    def answer(self, to: str, text: str, kind: Kind = Kind.COMMENT) -> Reply:
        conversation = self.ana.id if kind is Kind.DM else to
        return Reply("k-1", kind, conversation, to, text, self.now())

    def asked(self, part: str) -> list[Request]:
        return [request for request in self.wire.seen if part in request.path]

    def published(self) -> int:
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
def make_stage(tmp_path: Path) -> Callable[..., Stage]:
    """Give a way to set up servers with other knobs."""

    def make(**knobs: Any) -> Stage:  # noqa: ANN401 - those of the simulator
        return Stage(tmp_path, **knobs)

    return make


@pytest.fixture(params=["instagram", "facebook"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Stage:
    """Give a server as it usually is, behind either login."""
    return Stage(tmp_path, login=request.param)
