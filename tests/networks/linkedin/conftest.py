"""A simulated Page with one adapter on it, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from cminbox.domain.message import Kind
from cminbox.domain.reply import Reply
from cminbox.network_kit.client import new_client
from cminbox.network_kit.testing.bench import START, KeptInMemory
from cminbox.networks.linkedin import NETWORK
from cminbox.networks.linkedin.account import LinkedinAccount
from cminbox.simulators.linkedin import Application, SimulatedLinkedin
from cminbox.simulators.linkedin.server import Rules
from cminbox.simulators.wire import Request, Response, Wire, WireTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.message import Message
    from cminbox.network_kit.contract import Network, Page
    from cminbox.simulators.linkedin.world import Comment

ACCESS = "AQ-stage-access"
REFRESH = "AQ-stage-refresh"
HISTORY_MS = 30 * 24 * 3600 * 1000
NOTIFICATIONS = "/rest/organizationalEntityNotifications"


class Stage:
    """A server, its people and an adapter; the clock moves a little whenever somebody looks at it."""

    def __init__(
        self,
        *,
        application: Application | None = None,
        rules: Rules | None = None,
        pause_minutes: int = 0,
        version: str = "202607",
        names: bool = True,
    ) -> None:
        self.clock = START
        self.application = application or Application()
        self.server = SimulatedLinkedin(
            self.now, tokens=(ACCESS, REFRESH), application=self.application, rules=rules or Rules(largest_page=10)
        )
        self.wire = Wire(self.server)
        self.http = new_client(WireTransport(self.wire))
        self.kept = KeptInMemory()
        self.ana = self.server.world.member("ana", "lima")
        self.ben = self.server.world.member("ben", "okoro")
        self.account = LinkedinAccount(
            organization_id="5515715",
            client_id=self.application.client_id,
            client_secret=SecretStr(self.application.client_secret),
            access_token=SecretStr(ACCESS),
            refresh_token=SecretStr(REFRESH if self.application.renewable else ""),
            pause_minutes=pause_minutes,
            api_version=version,
            names=names,
        )
        self.network = self.connect()

    def now(self) -> int:
        self.clock += 7
        return self.clock

    def later(self, *, seconds: float = 0, days: float = 0) -> None:
        self.clock += round(seconds * 1000 + days * 24 * 3600 * 1000)

    def connect(self) -> Network:
        return NETWORK(self.account, self.http, self.kept, self.now)

    async def pages(self, cursor: str | None = None) -> list[Page]:
        return [page async for page in self.network.fetch(cursor, self.clock - HISTORY_MS)]

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

    def comment(self, text: str, under: str | None = None) -> str:
        return self.server.someone_comments(self.ana, text, under).urn

    @staticmethod
    def named(comment: Comment) -> str:
        """Return the id of the message of a comment below the post of somebody else."""
        return f"{comment.post.share}#{comment.urn}"

    def answer(self, to: str, text: str, kind: Kind = Kind.COMMENT) -> Reply:
        return Reply("k-1", kind, to, to, text, self.now())

    def asked(self, path: str, method: str = "GET") -> list[Request]:
        return [seen for seen in self.wire.seen if seen.method == method and seen.path.startswith(path)]

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
    """Give a Page as most are."""
    return Stage()
