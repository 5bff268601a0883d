"""One account on X."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.networks.x import moderation
from cminbox.networks.x.account import MANIFEST, XAccount
from cminbox.networks.x.api import Api
from cminbox.networks.x.checking import report_on
from cminbox.networks.x.fetching import Fetching
from cminbox.networks.x.finding import find
from cminbox.networks.x.ids import is_id
from cminbox.networks.x.lookup import MOST_AT_ONCE, lost
from cminbox.networks.x.sending import send
from cminbox.networks.x.signing_in import begin
from cminbox.networks.x.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page, SigningIn


class X(Network):
    """Mentions and replies of one account, and its private messages; answers where X lets programs answer; moderation.

    X charges by the post that is read and by the answer; both are counted and limited.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = XAccount
    needed_to_sign_in: ClassVar[tuple[str, ...]] = ("app_secret",)
    looks_again_at: ClassVar[int] = MOST_AT_ONCE

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to XAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._api = Api(account, http, credentials, now)
        self._present: set[str] = set()

    @classmethod
    async def begin_sign_in(cls, settings: Mapping[str, str], http: httpx.AsyncClient) -> SigningIn | None:
        """Begin the sign-in with a pin, or in the browser where the settings say so. Raises NetworkFailure."""
        return await begin(settings, http)

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited or deleted, oldest first. Raises NetworkFailure."""
        await self._api.purse.open()
        async with aclosing(Fetching(self._api, await self._api.me(), cursor, since, self._present).pages()) as pages:
            async for page in pages:
                yield page

    async def vanished(self, remote_ids: Sequence[str]) -> Sequence[str]:
        """Return which posts X shows to nobody any more; private messages tell nothing of it. Raises NetworkFailure.

        Each post costs what reading it costs, within the day's limit, and nothing when it was read on the same day.
        """
        posts = [one for one in remote_ids if is_id(one)]
        await self._api.purse.open()
        self._api.purse.allow()
        gone = await lost(self._api, posts) if posts else []
        await self._api.purse.keep(everything=True)
        return gone

    async def check(self) -> AccountReport:
        """Say who we are, which permissions are missing, what can be seen and what it costs. Raises NetworkFailure."""
        return await report_on(self._api)

    async def thread(self, remote_id: str) -> Thread:
        """Return what stands above and below a message. Raises Gone when it no longer exists."""
        return await read_thread(self._api, remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer a post whose author called the account, or write a private message. Raises NetworkFailure."""
        return await send(self._api, reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply among the account's own posts, or in its exchange. Raises NetworkFailure."""
        return await find(self._api, reply)

    async def hide(self, remote_id: str) -> None:
        """Hide a reply below a post of the account. Raises NetworkFailure."""
        await moderation.set_hidden(self._api, remote_id, hidden=True)

    async def unhide(self, remote_id: str) -> None:
        """Show a reply again that was hidden. Raises NetworkFailure."""
        await moderation.set_hidden(self._api, remote_id, hidden=False)

    async def delete(self, remote_id: str) -> None:
        """Delete a post of the account. Raises NetworkFailure."""
        await moderation.delete(self._api, remote_id)

    async def mute(self, person_id: str) -> None:
        """Mute a person, who does not learn of it. Raises NetworkFailure."""
        await moderation.mute(self._api, person_id)

    async def unmute(self, person_id: str) -> None:
        """Hear of a person again who was muted. Raises NetworkFailure."""
        await moderation.unmute(self._api, person_id)

    async def block(self, person_id: str) -> None:
        """Block a person's private messages. Raises NetworkFailure."""
        await moderation.block(self._api, person_id)
