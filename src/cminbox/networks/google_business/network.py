"""The places of one business on Google's maps."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.network_kit.google.signing_in import Wanted, begin
from cminbox.network_kit.reviews.answering import Answering
from cminbox.network_kit.reviews.fetching import Fetching
from cminbox.networks.google_business.account import MANIFEST, SCOPE, GoogleBusinessAccount
from cminbox.networks.google_business.api import Api
from cminbox.networks.google_business.checking import report_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page, SigningIn


class GoogleBusiness(Network):
    """Reviews of all places of one business with their stars, and the owner's answers, of which a review has one."""

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = GoogleBusinessAccount
    needed_to_sign_in: ClassVar[tuple[str, ...]] = ("client_secret",)

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to GoogleBusinessAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._api = Api(account, http, credentials, now)
        self._answering = Answering(self._api, MANIFEST)

    @classmethod
    async def begin_sign_in(cls, settings: Mapping[str, str], http: httpx.AsyncClient) -> SigningIn | None:
        """Begin Google's sign-in, for devices where Google allows it and else for desktops. Raises NetworkFailure."""
        return await begin(settings, http, Wanted(SCOPE, cls.manifest.title))

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield new, changed and deleted reviews and answers, oldest first. Raises NetworkFailure."""
        async with aclosing(Fetching(self._api, cursor, since).pages()) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say which business it is, and which of its places can be seen. Raises NetworkFailure."""
        return await report_on(self._api, self.account)

    async def thread(self, remote_id: str) -> Thread:
        """Return a review with its answer. Raises Gone when it no longer exists."""
        return await self._answering.thread(remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer a review, in place of the answer that is there unless that is newer. Raises NetworkFailure."""
        return await self._answering.reply(reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply below its review. Raises NetworkFailure."""
        return await self._answering.find_sent(reply)

    async def delete(self, remote_id: str) -> None:
        """Delete an answer of ours, unless another one has taken its place. Gone is fine. Raises NetworkFailure."""
        review = await self._answering.standing(remote_id)
        if review is not None:
            await self._api.delete_answer(review.id)
