"""One Threads account, by the Threads API."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.network_kit.graph.client import Graph
from cminbox.network_kit.graph.renewing import Renewing
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.threads import moderation
from cminbox.networks.threads.account import MANIFEST, TITLE, ThreadsAccount
from cminbox.networks.threads.checking import report_on, who
from cminbox.networks.threads.fetching import Fetching
from cminbox.networks.threads.sending import find, send
from cminbox.networks.threads.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx
    from pydantic import SecretStr

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page
    from cminbox.networks.threads.entities import Brand


class Threads(Network):
    """Answers under the account's posts, those that wait for approval, and what names the account elsewhere."""

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = ThreadsAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to ThreadsAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._renewing = Renewing(account.access_token, "th_refresh_token", credentials, now)
        self._graph: Graph | None = None
        self._us: Brand | None = None

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited or deleted, oldest first. Raises NetworkFailure."""
        token = await self._renewing.renew(self._graph_of)
        if self._graph is None or self._graph.token != token:
            self._graph = self._graph_of(token)
        graph, brand = await self._ready()
        async with aclosing(Fetching(graph, brand, cursor, since).pages()) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say which account it is, what the token may not do, and what can be seen with it. Raises NetworkFailure."""
        graph = await self._asking()
        self._us = await who(graph, self.account.username)
        return await report_on(graph, self._us, self._renewing.expires_at)

    async def thread(self, remote_id: str) -> Thread:
        """Return what stands above and below a message. Raises Gone when it no longer exists."""
        return await read_thread(*await self._ready(), remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer below the message, in two steps of which one publishes. Raises NetworkFailure."""
        return await send(*await self._ready(), reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply among our answers, and at what became of its container. Raises NetworkFailure."""
        try:
            return await find(*await self._ready(), reply)
        except Shape as shape:
            raise unreadable(shape) from None

    async def hide(self, remote_id: str) -> None:
        """Hide an answer to one of our posts, with all that stands below it. Raises NetworkFailure."""
        await moderation.hide(*await self._ready(), remote_id, on=True)

    async def unhide(self, remote_id: str) -> None:
        """Show a hidden answer again. Raises NetworkFailure."""
        await moderation.hide(*await self._ready(), remote_id, on=False)

    async def delete(self, remote_id: str) -> None:
        """Delete something that we wrote. Raises NetworkFailure."""
        await moderation.delete(*await self._ready(), remote_id)

    async def approve(self, remote_id: str) -> None:
        """Publish an answer that waits for our approval. Raises NetworkFailure."""
        await moderation.approve(*await self._ready(), remote_id)

    async def _ready(self) -> tuple[Graph, Brand]:
        """Return the way to ask and who we are; a token of somebody else gets no further."""
        graph = await self._asking()
        if self._us is None:
            self._us = await who(graph, self.account.username)
        return graph, self._us

    async def _asking(self) -> Graph:
        if self._graph is None:
            self._graph = self._graph_of(await self._renewing.token())
        return self._graph

    def _graph_of(self, token: SecretStr) -> Graph:
        account = self.account
        return Graph(TITLE, account.base_url, account.api_version, token, self.http, self.now)
