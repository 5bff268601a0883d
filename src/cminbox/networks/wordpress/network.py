"""One WordPress site."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.networks.wordpress import moderation
from cminbox.networks.wordpress.account import MANIFEST, WordpressAccount
from cminbox.networks.wordpress.api import Api
from cminbox.networks.wordpress.checking import report_on
from cminbox.networks.wordpress.comments import APPROVED, HELD, SPAM
from cminbox.networks.wordpress.fetching import Fetching
from cminbox.networks.wordpress.sending import find, send
from cminbox.networks.wordpress.signing_in import begin
from cminbox.networks.wordpress.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page, SigningIn


class Wordpress(Network):
    """Comments below the posts of one site, and reviews of its products where it is a shop; answers; moderation.

    Edits, approvals and deletions by others are found among the four hundred newest comments.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = WordpressAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to WordpressAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._api = Api(account, http, now)

    @classmethod
    async def begin_sign_in(cls, settings: Mapping[str, str], http: httpx.AsyncClient) -> SigningIn | None:
        """Begin with the page on which the site makes an application password. Raises NetworkFailure."""
        return await begin(settings.get("base_url", ""), http)

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited, moderated or deleted, oldest first. Raises NetworkFailure."""
        async with aclosing(Fetching(self._api, cursor, since).pages()) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say who it is, whether the role may moderate, and what can be seen. Raises NetworkFailure."""
        return await report_on(self._api, self.account)

    async def thread(self, remote_id: str) -> Thread:
        """Return the whole thread of a comment or a review. Raises Gone when it no longer exists."""
        return await read_thread(self._api, remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer below a comment or a review. Raises NetworkFailure."""
        return await send(self._api, reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply below what it answers. Raises NetworkFailure."""
        return await find(self._api, reply)

    async def hide(self, remote_id: str) -> None:
        """Hold a comment back: nobody sees it until it is approved again. Raises NetworkFailure."""
        await moderation.set_status(self._api, remote_id, HELD)

    async def unhide(self, remote_id: str) -> None:
        """Publish a comment that was held back. Raises NetworkFailure."""
        await moderation.set_status(self._api, remote_id, APPROVED)

    async def approve(self, remote_id: str) -> None:
        """Publish a comment that waits, or that was taken for spam by mistake. Raises NetworkFailure."""
        await moderation.set_status(self._api, remote_id, APPROVED)

    async def report(self, remote_id: str, reason: str) -> None:
        """Put a comment among the spam, from which spam filters of the site learn; a reason goes nowhere.

        Raises NetworkFailure.
        """
        del reason
        await moderation.set_status(self._api, remote_id, SPAM)

    async def delete(self, remote_id: str) -> None:
        """Put a comment into the trash, ours or another's. Raises NetworkFailure."""
        await moderation.delete(self._api, remote_id)
