"""One account on a Mastodon server, or on any server that speaks its API."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.networks.mastodon import moderation
from cminbox.networks.mastodon.account import MANIFEST, MastodonAccount
from cminbox.networks.mastodon.ancestry import Ancestry
from cminbox.networks.mastodon.api import Api
from cminbox.networks.mastodon.checking import report_on
from cminbox.networks.mastodon.fetching import Fetching
from cminbox.networks.mastodon.finding import find
from cminbox.networks.mastodon.sending import send
from cminbox.networks.mastodon.signing_in import begin
from cminbox.networks.mastodon.sources import Entries
from cminbox.networks.mastodon.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page, SigningIn


class Mastodon(Network):
    """Mentions, comments under our posts and private mentions of one account; our answers; moderation.

    A comment under our post that mentions nobody of us reaches no notification on Mastodon, thus not this inbox; the
    thread of a message shows it.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = MastodonAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to MastodonAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._api = Api(account, http, now)
        self._ancestry: Ancestry | None = None

    @classmethod
    async def begin_sign_in(cls, settings: Mapping[str, str], http: httpx.AsyncClient) -> SigningIn | None:
        """Register with the server of `base_url`; a person then brings back the code. Raises NetworkFailure."""
        return await begin(settings.get("base_url", ""), http)

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited or deleted, oldest first. Raises NetworkFailure."""
        me = await self._api.me()
        fetching = Fetching(self._api, me, await self._api.facts(), await self._above(), cursor)
        async with aclosing(fetching.pages(since)) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say who we are, what the token may not do, and what can be seen with it. Raises NetworkFailure."""
        me = await self._api.me(fresh=True)
        return await report_on(self._api, Entries(me.id, await self._above()))

    async def thread(self, remote_id: str) -> Thread:
        """Return everything above and below a status. Raises Gone when it no longer exists."""
        me = await self._api.me()
        return await read_thread(self._api, await self._above(), me.id, remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer in the visibility of the message, mentioning everybody who takes part. Raises NetworkFailure."""
        return await send(self._api, reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply among our statuses and below what it answers. Raises NetworkFailure."""
        return await find(self._api, reply)

    async def delete(self, remote_id: str) -> None:
        """Delete a status of ours. Raises NetworkFailure."""
        await moderation.delete(self._api, remote_id)

    async def like(self, remote_id: str) -> None:
        """Favourite a status. Raises NetworkFailure."""
        await moderation.favourite(self._api, remote_id, on=True)

    async def unlike(self, remote_id: str) -> None:
        """Take a favourite back. Raises NetworkFailure."""
        await moderation.favourite(self._api, remote_id, on=False)

    async def boost(self, remote_id: str) -> None:
        """Boost a status that everybody may read. Raises NetworkFailure."""
        await moderation.boost(self._api, remote_id)

    async def unboost(self, remote_id: str) -> None:
        """Take a boost back. Raises NetworkFailure."""
        await moderation.unboost(self._api, remote_id)

    async def block(self, person_id: str) -> None:
        """Block an account, whose follows in both directions end. Raises NetworkFailure."""
        await moderation.block(self._api, person_id)

    async def mute(self, person_id: str) -> None:
        """Mute an account, which does not learn of it. Raises NetworkFailure."""
        await moderation.mute(self._api, person_id)

    async def unmute(self, person_id: str) -> None:
        """Hear of an account again. Raises NetworkFailure."""
        await moderation.unmute(self._api, person_id)

    async def report(self, remote_id: str, reason: str) -> None:
        """Report a status to the moderators of our own server. Raises NetworkFailure."""
        await moderation.report(self._api, remote_id, reason)

    async def mark_read(self, remote_id: str) -> None:
        """Mark a private conversation, or the notifications up to a status, as read. Raises NetworkFailure."""
        await moderation.mark_read(self._api, remote_id)

    async def _above(self) -> Ancestry:
        if self._ancestry is None:
            self._ancestry = Ancestry(self._api, (await self._api.me()).id)
        return self._ancestry
