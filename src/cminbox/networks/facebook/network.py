"""One Facebook Page, by the Graph API with the Page's own token."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.network_kit.graph.client import Graph
from cminbox.networks.facebook import moderation
from cminbox.networks.facebook.account import MANIFEST, TITLE, FacebookAccount
from cminbox.networks.facebook.checking import report_on, who
from cminbox.networks.facebook.fetching import Fetching
from cminbox.networks.facebook.finding import find
from cminbox.networks.facebook.sending import send
from cminbox.networks.facebook.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page


class Facebook(Network):
    """Comments under the Page's posts, posts that name it or stand on it, Messenger, and recommendations.

    A reply of the kind DM to a comment is that comment's one private reply.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = FacebookAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to FacebookAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._page: str = account.page_id
        self._graph = Graph(TITLE, account.base_url, account.api_version, account.access_token, http, now)
        self._is_ours = False

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited or deleted, oldest first. Raises NetworkFailure."""
        if not self._is_ours:
            # A person's token gets empty lists and no error.
            await who(self._graph, self._page)
            self._is_ours = True
        async with aclosing(Fetching(self._graph, self._page, cursor, since).pages()) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say which Page it is, what the token may not do, and what can be seen with it. Raises NetworkFailure."""
        return await report_on(self._graph, self._page, human_agent=self.account.human_agent)

    async def thread(self, remote_id: str) -> Thread:
        """Return what stands above and below a message. Raises Gone when it no longer exists."""
        return await read_thread(self._graph, self._page, remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer where the message stands, as private as it is, or more. Raises NetworkFailure."""
        return await send(self._graph, self._page, reply, human_agent=self.account.human_agent)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply below what it answers. Raises NetworkFailure."""
        return await find(self._graph, self._page, reply)

    async def hide(self, remote_id: str) -> None:
        """Hide a comment, or a post on the Page, from all but its author's friends. Raises NetworkFailure."""
        await moderation.hide(self._graph, remote_id, on=True)

    async def unhide(self, remote_id: str) -> None:
        """Show a hidden comment or post again. Raises NetworkFailure."""
        await moderation.hide(self._graph, remote_id, on=False)

    async def delete(self, remote_id: str) -> None:
        """Delete a comment or a post. Raises NetworkFailure."""
        await moderation.delete(self._graph, remote_id)

    async def like(self, remote_id: str) -> None:
        """Like a comment or a post as the Page. Raises NetworkFailure."""
        await moderation.like(self._graph, remote_id, on=True)

    async def unlike(self, remote_id: str) -> None:
        """Take a like back. Raises NetworkFailure."""
        await moderation.like(self._graph, remote_id, on=False)

    async def block(self, person_id: str) -> None:
        """Block a person from the Page. Raises NetworkFailure."""
        await moderation.block(self._graph, self._page, person_id)

    async def mark_read(self, remote_id: str) -> None:
        """Show the other side of a private exchange that it was seen. Raises NetworkFailure."""
        await moderation.mark_read(self._graph, self._page, remote_id)
