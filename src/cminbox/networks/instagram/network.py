"""One professional Instagram account, by the Graph API."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.network_kit.graph.client import Graph
from cminbox.network_kit.graph.renewing import Renewing
from cminbox.networks.instagram import moderation
from cminbox.networks.instagram.account import MANIFEST, TITLE, InstagramAccount, Login
from cminbox.networks.instagram.brand import Brand, who
from cminbox.networks.instagram.checking import report_on
from cminbox.networks.instagram.fetching import Fetching
from cminbox.networks.instagram.finding import find
from cminbox.networks.instagram.sending import send
from cminbox.networks.instagram.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx
    from pydantic import SecretStr

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page


class Instagram(Network):
    """Comments under the account's posts, mentions and tags elsewhere, and private messages.

    A reply of the kind DM to a comment is that comment's one private reply.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = InstagramAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to InstagramAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._renewing = Renewing(account.access_token, "ig_refresh_token", credentials, now)
        self._graph: Graph | None = None
        self._us: Brand | None = None

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited or deleted, oldest first. Raises NetworkFailure."""
        if self.account.login is Login.INSTAGRAM:
            self._use(await self._renewing.renew(self._graph_of))
        graph, brand = await self._ready()
        async with aclosing(Fetching(graph, brand, self.account.mentions_folder, cursor, since).pages()) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say which account it is, what the token may not do, and what can be seen with it. Raises NetworkFailure."""
        graph = await self._asking()
        self._us = await who(graph, self.account)
        return await report_on(graph, self._us, self.account, self._renewing.expires_at)

    async def thread(self, remote_id: str) -> Thread:
        """Return what stands above and below a message. Raises Gone when it no longer exists."""
        return await read_thread(*await self._ready(), remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer where the message stands, as private as it is, or more. Raises NetworkFailure."""
        return await send(*await self._ready(), reply, human_agent=self.account.human_agent)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply below what it answers. Raises NetworkFailure."""
        return await find(*await self._ready(), reply)

    async def hide(self, remote_id: str) -> None:
        """Hide a comment from all but its author. Raises NetworkFailure."""
        await moderation.hide(*await self._ready(), remote_id, on=True)

    async def unhide(self, remote_id: str) -> None:
        """Show a hidden comment again. Raises NetworkFailure."""
        await moderation.hide(*await self._ready(), remote_id, on=False)

    async def delete(self, remote_id: str) -> None:
        """Delete a comment under one of our posts. Raises NetworkFailure."""
        await moderation.delete(*await self._ready(), remote_id)

    async def mark_read(self, remote_id: str) -> None:
        """Show the other side of a private exchange that it was seen. Raises NetworkFailure."""
        await moderation.mark_read(*await self._ready(), remote_id)

    async def _ready(self) -> tuple[Graph, Brand]:
        """Return the way to ask and who we are; a token of somebody else gets no further."""
        graph = await self._asking()
        if self._us is None:
            self._us = await who(graph, self.account)
        return graph, self._us

    async def _asking(self) -> Graph:
        if self._graph is None:
            own = self.account.login is Login.INSTAGRAM
            self._graph = self._graph_of(await self._renewing.token() if own else self.account.access_token)
        return self._graph

    def _use(self, token: SecretStr) -> None:
        if self._graph is None or self._graph.token != token:
            self._graph = self._graph_of(token)

    def _graph_of(self, token: SecretStr) -> Graph:
        account = self.account
        return Graph(TITLE, account.address, account.api_version, token, self.http, self.now)
