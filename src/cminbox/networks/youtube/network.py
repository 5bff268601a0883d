"""One YouTube channel."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.domain.network import Capability
from cminbox.network_kit.contract import AccountSettings, Network, Thread
from cminbox.network_kit.google.signing_in import Wanted, begin
from cminbox.networks.youtube import moderation
from cminbox.networks.youtube.account import MANIFEST, SCOPE, YoutubeAccount
from cminbox.networks.youtube.api import Api
from cminbox.networks.youtube.checking import report_on
from cminbox.networks.youtube.fetching import Fetching
from cminbox.networks.youtube.sending import find, send
from cminbox.networks.youtube.threads import read_thread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, Credentials, Page, SigningIn


class Youtube(Network):
    """Comments on the videos and posts of one channel, its queues for review and its live chats; answers; moderation.

    New replies below a comment are found for the four hundred threads in which something happened last: YouTube lists
    threads by the age of their first comment.
    """

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = YoutubeAccount
    needed_to_sign_in: ClassVar[tuple[str, ...]] = ("client_secret",)
    together: ClassVar[Mapping[Capability, int]] = dict.fromkeys(moderation.STATUS, moderation.MOST_AT_ONCE)

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to YoutubeAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._api = Api(account, http, credentials, now)
        self._seen: dict[str, str] = {}

    @classmethod
    async def begin_sign_in(cls, settings: Mapping[str, str], http: httpx.AsyncClient) -> SigningIn | None:
        """Begin Google's sign-in for devices, or for desktops where the application is one. Raises NetworkFailure."""
        return await begin(settings, http, Wanted(SCOPE, cls.manifest.title))

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield what is new, edited, waiting for review or deleted, oldest first. Raises NetworkFailure."""
        api = self._api.background()
        fetching = Fetching(api, (await api.me()).id, cursor, since, self._seen)
        async with aclosing(fetching.pages()) as pages:
            async for page in pages:
                yield page

    async def check(self) -> AccountReport:
        """Say which channel it is, whether the permission is there, and what can be seen. Raises NetworkFailure."""
        return await report_on(self._api, self.account)

    async def thread(self, remote_id: str) -> Thread:
        """Return the whole thread of a comment. Raises Gone when it no longer exists."""
        return await read_thread(self._api, remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Answer in the thread of a comment, or in a live chat. Raises NetworkFailure."""
        return await send(self._api, reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look for a reply in its thread, or in its live chat. Raises NetworkFailure."""
        return await find(self._api, reply)

    async def act_together(self, act: Capability, remote_ids: Sequence[str]) -> None:
        """Hide, show or approve up to fifty comments for the units of one. Raises NetworkFailure."""
        await moderation.set_status(self._api, remote_ids, moderation.STATUS[act])

    async def hide(self, remote_id: str) -> None:
        """Hold a comment for review. Raises NetworkFailure."""
        await self.act_together(Capability.HIDE, [remote_id])

    async def unhide(self, remote_id: str) -> None:
        """Publish a comment that was held. Raises NetworkFailure."""
        await self.act_together(Capability.UNHIDE, [remote_id])

    async def approve(self, remote_id: str) -> None:
        """Publish a comment that waits for review. Raises NetworkFailure."""
        await self.act_together(Capability.APPROVE, [remote_id])

    async def delete(self, remote_id: str) -> None:
        """Delete a comment of ours or a live chat's message, reject another's comment. Raises NetworkFailure."""
        await moderation.delete(self._api, remote_id)

    async def block(self, person_id: str) -> None:
        """Ban a person from the channel. Raises NetworkFailure."""
        await moderation.block(self._api, person_id, self._seen, self.credentials)
