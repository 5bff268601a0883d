"""One app on Google Play."""

from __future__ import annotations

import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.domain.saying import say
from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.network_kit.failures import Refused
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reviews.answering import Answering
from cminbox.network_kit.reviews.fetching import Fetching
from cminbox.networks.google_play.account import MANIFEST, GooglePlayAccount
from cminbox.networks.google_play.api import Api
from cminbox.networks.google_play.checking import report_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page

_TAG = re.compile(r"<[^<>]*>")


class GooglePlay(Network):
    """Reviews of one app with their stars, and the developer's answers, of which a review has one at most.

    Google Play shows reviews that have words, and for a week after these were written or changed.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = GooglePlayAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to GooglePlayAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._api = Api(account, http, credentials, now)
        self._answering = Answering(self._api, MANIFEST)

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield new and changed reviews and answers, oldest first. Raises NetworkFailure."""
        async with aclosing(Fetching(self._api, cursor, since).pages()) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say which app it is, and which reviews can be seen. Raises NetworkFailure."""
        return await report_on(self._api, self.account)

    async def thread(self, remote_id: str) -> Thread:
        """Return a review with its answer. Raises Gone when it no longer exists."""
        return await self._answering.thread(remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer a review, in place of the answer that is there unless that is newer. Raises NetworkFailure."""
        check_fits(reply, MANIFEST)
        if _TAG.search(reply.text):
            raise Refused(say("Google Play takes out what stands between < and >; write it in another way"))
        return await self._answering.reply(reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply below its review. Raises NetworkFailure."""
        return await self._answering.find_sent(reply)
