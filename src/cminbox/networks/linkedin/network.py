"""One LinkedIn Page, by the Community Management API."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.networks.linkedin import moderation
from cminbox.networks.linkedin.account import MANIFEST, LinkedinAccount
from cminbox.networks.linkedin.api import Api
from cminbox.networks.linkedin.checking import check_role, report_on
from cminbox.networks.linkedin.fetching import Fetching
from cminbox.networks.linkedin.people import People
from cminbox.networks.linkedin.sending import find, send
from cminbox.networks.linkedin.signing_in import begin
from cminbox.networks.linkedin.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page, SigningIn


class Linkedin(Network):
    """Comments below the posts of one Page, posts that mention it and the comments below these; answers, likes.

    There are no private messages: LinkedIn keeps them to itself and a few partners.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = LinkedinAccount
    needed_to_sign_in: ClassVar[tuple[str, ...]] = ("client_secret",)

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to LinkedinAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._api = Api(account, http, credentials, now)
        self._people = People(self._api)
        self._is_ours = False

    @classmethod
    async def begin_sign_in(cls, settings: Mapping[str, str], http: httpx.AsyncClient) -> SigningIn | None:
        """Begin LinkedIn's sign-in in a browser, anywhere. Raises NetworkFailure."""
        return begin(settings, http)

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited or deleted, oldest first. Raises NetworkFailure."""
        fetching = Fetching(self._api, self._people, cursor, since)
        if not self._is_ours:
            # With another role the lists are empty, and nothing says why.
            await check_role(self._api)
            self._is_ours = True
        async with aclosing(fetching.pages()) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say which Page it is, what the sign-in lacks, when it ends and what can be seen. Raises NetworkFailure."""
        return await report_on(self._api)

    async def thread(self, remote_id: str) -> Thread:
        """Return what stands above and below a message. Raises Gone when it no longer exists."""
        return await read_thread(self._api, self._people, remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer below a comment, or below a post that mentions the Page. Raises NetworkFailure."""
        return await send(self._api, reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply below what it answers. Raises NetworkFailure."""
        return await find(self._api, reply)

    async def delete(self, remote_id: str) -> None:
        """Delete a comment, as the Page. Raises NetworkFailure."""
        await moderation.delete(self._api, remote_id)

    async def like(self, remote_id: str) -> None:
        """Like a comment or a post as the Page. Raises NetworkFailure."""
        await moderation.like(self._api, remote_id)

    async def unlike(self, remote_id: str) -> None:
        """Take the Page's reaction back. Raises NetworkFailure."""
        await moderation.unlike(self._api, remote_id)
