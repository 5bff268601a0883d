"""One account on a Discourse forum."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.network_kit.limits import check_fits
from cminbox.networks.discourse import moderation
from cminbox.networks.discourse.account import MANIFEST, DiscourseAccount
from cminbox.networks.discourse.api import Api
from cminbox.networks.discourse.checking import report_on
from cminbox.networks.discourse.fetching import Fetching
from cminbox.networks.discourse.finding import find
from cminbox.networks.discourse.sending import send
from cminbox.networks.discourse.signing_in import begin
from cminbox.networks.discourse.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page, SigningIn


class Discourse(Network):
    """Mentions, answers to us, watched topics, private messages and the review queue of one account on a forum.

    A topic is one conversation, as it is one page on the forum: what people write in it stands together.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = DiscourseAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to DiscourseAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._api = Api(account, http, now)
        self._ours: dict[str, bool] = {}

    @classmethod
    async def begin_sign_in(cls, settings: Mapping[str, str], http: httpx.AsyncClient) -> SigningIn | None:
        """Make a pair of keys; a person then brings back what the forum encrypted for it. Raises NetworkFailure.

        None for an account that has an administrators' key, which is named by its username.
        """
        del http
        return None if settings.get("username") else await begin(settings.get("base_url", ""))

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited or deleted, oldest first. Raises NetworkFailure."""
        fetching = Fetching(self._api, await self._api.me(), cursor, self._ours)
        async with aclosing(fetching.pages(since)) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say who we are, what the key may not do, and what can be seen with it. Raises NetworkFailure."""
        return await report_on(self._api, self.account.api_version)

    async def thread(self, remote_id: str) -> Thread:
        """Return what stands before and after a post in its topic. Raises Gone when it no longer exists."""
        return await read_thread(self._api, await self._api.me(), remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Publish an answer in the topic of what it answers. Raises NetworkFailure."""
        check_fits(reply, self.manifest)
        return await send(self._api, reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for an answer in its topic. Raises NetworkFailure."""
        return await find(self._api, await self._api.me(), reply)

    async def like(self, remote_id: str) -> None:
        """Like a post. Raises NetworkFailure."""
        await moderation.like(self._api, remote_id)

    async def unlike(self, remote_id: str) -> None:
        """Take a like back. Raises NetworkFailure."""
        await moderation.unlike(self._api, remote_id)

    async def delete(self, remote_id: str) -> None:
        """Delete a post of ours, or another's where we moderate; reject what awaits review. Raises NetworkFailure."""
        await moderation.delete(self._api, remote_id)

    async def approve(self, remote_id: str) -> None:
        """Publish what awaits review, or dismiss the flags of a post. Raises NetworkFailure."""
        await moderation.approve(self._api, remote_id)

    async def mute(self, person_id: str) -> None:
        """Stop hearing of a person. Raises NetworkFailure."""
        await moderation.set_level(self._api, person_id, moderation.MUTE)

    async def unmute(self, person_id: str) -> None:
        """Hear of a person again. Raises NetworkFailure."""
        await moderation.set_level(self._api, person_id, moderation.NORMAL)

    async def report(self, remote_id: str, reason: str) -> None:
        """Tell the moderators of a post. Raises NetworkFailure."""
        await moderation.report(self._api, remote_id, reason)

    async def mark_read(self, remote_id: str) -> None:
        """Mark the notifications of a post as read. Raises NetworkFailure."""
        await moderation.mark_read(self._api, remote_id)
