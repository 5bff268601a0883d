"""One Bluesky account as the rest of the program knows it."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, ClassVar

from cminbox.network_kit.contract import Credentials, Network, Page
from cminbox.network_kit.limits import check_fits
from cminbox.networks.bluesky.account import MANIFEST, BlueskyAccount
from cminbox.networks.bluesky.chat_reading import Directory, is_dm
from cminbox.networks.bluesky.chat_sending import dms_around, find_dm, mark_dm_read, send_dm
from cminbox.networks.bluesky.checking import report_of
from cminbox.networks.bluesky.fetching import Fetch, Means
from cminbox.networks.bluesky.lineage import Lineage
from cminbox.networks.bluesky.moderation import Moderator
from cminbox.networks.bluesky.place import Place
from cminbox.networks.bluesky.sending import find_post, send_post
from cminbox.networks.bluesky.session import Session, TokenKeeper
from cminbox.networks.bluesky.threads import thread_of
from cminbox.networks.bluesky.xrpc import Xrpc, shapes_named

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Receipt, Reply
    from cminbox.network_kit.contract import AccountReport, AccountSettings, Thread

_ASK_AGAIN_FOR_DMS = 3_600_000
"""Milliseconds after which an app password that may not read direct messages is tried on them again."""


class Bluesky(Network):
    """Comments, mentions, quotes and direct messages of one account on Bluesky."""

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = BlueskyAccount

    def __init__(
        self,
        account: BlueskyAccount,
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._xrpc = Xrpc(http, TokenKeeper(account, http, credentials, now), now)
        self._lineages: dict[str, Lineage] = {}
        self._directories: dict[str, Directory] = {}
        self._no_dms_since: int | None = None

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield notifications, then our own replies, then direct messages; each of them oldest first.

        The last page carries no message when there is nothing new. Pages without messages also come in between, while a
        long way back is being read, so that a fetch that breaks off need not begin again. Raises NetworkFailure.
        """
        with shapes_named():
            session = await self._xrpc.session()
            now = self.now()
            place = Place.first(session.did, since, now) if cursor is None else Place.from_cursor(cursor, session.did)
            directory = self._directory(session) if self._tries_dms(now) else None
            fetch = Fetch(Means(self._xrpc, session, self._lineage(session), directory, since, now), place)
            last = cursor
            async with aclosing(fetch.pages()) as pages:
                async for page in pages:
                    if page.messages or page.deleted or page.skipped or page.cursor != last:
                        last = page.cursor
                        yield page
            if fetch.dms_refused:
                self._no_dms_since = now
            if last == cursor:
                yield Page((), fetch.place.to_cursor())

    def _tries_dms(self, now: int) -> bool:
        refused = self._no_dms_since
        return refused is None or not 0 <= now - refused < _ASK_AGAIN_FOR_DMS

    async def check(self) -> AccountReport:
        """Say who we are, what can be seen, and whether direct messages are among it. Raises NetworkFailure."""
        with shapes_named():
            return await report_of(self._xrpc, await self._xrpc.session())

    async def thread(self, remote_id: str) -> Thread:
        """Return the context of a post or of a direct message. Raises NetworkFailure."""
        with shapes_named():
            session = await self._xrpc.session()
            if is_dm(remote_id):
                return await dms_around(self._xrpc, self._directory(session), remote_id)
            return await thread_of(self._xrpc, self._lineage(session), session.did, remote_id)

    async def reply(self, reply: Reply) -> Receipt:
        """Publish a post, or send a direct message: what is private stays private. Raises NetworkFailure."""
        check_fits(reply, self.manifest)
        with shapes_named():
            if is_dm(reply.to):
                return await send_dm(self._xrpc, reply)
            return await send_post(self._xrpc, await self._xrpc.session(), reply)

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Look under the reply's own key (posts), or for its text after it was decided (direct messages).

        Raises NetworkFailure.
        """
        with shapes_named():
            session = await self._xrpc.session()
            if is_dm(reply.to):
                return await find_dm(self._xrpc, session.did, reply)
            return await find_post(self._xrpc, session, reply)

    async def hide(self, remote_id: str) -> None:
        """Hide a reply under the brand's own post. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).hide(remote_id)

    async def unhide(self, remote_id: str) -> None:
        """Show a hidden reply again. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).unhide(remote_id)

    async def delete(self, remote_id: str) -> None:
        """Delete a post of our own. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).delete(remote_id)

    async def like(self, remote_id: str) -> None:
        """Like a post as the account. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).like(remote_id)

    async def unlike(self, remote_id: str) -> None:
        """Take a like back. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).unlike(remote_id)

    async def boost(self, remote_id: str) -> None:
        """Repost a post. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).boost(remote_id)

    async def unboost(self, remote_id: str) -> None:
        """Take a repost back. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).unboost(remote_id)

    async def block(self, person_id: str) -> None:
        """Block a person, which everybody can see on Bluesky. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).block(person_id)

    async def mute(self, person_id: str) -> None:
        """Mute a person, who does not learn of it. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).mute(person_id)

    async def unmute(self, person_id: str) -> None:
        """Hear of a person again. Raises NetworkFailure."""
        with shapes_named():
            await (await self._moderator()).unmute(person_id)

    async def report(self, remote_id: str, reason: str) -> None:
        """Report a post or a direct message; a reason that names spam, rudeness and the like is filed as such.

        Raises NetworkFailure.
        """
        with shapes_named():
            await (await self._moderator()).report(remote_id, reason)

    async def mark_read(self, remote_id: str) -> None:
        """Move the mark of what was read up to a post, or to a direct message within its conversation.

        Raises NetworkFailure.
        """
        with shapes_named():
            if is_dm(remote_id):
                await mark_dm_read(self._xrpc, remote_id)
            else:
                await (await self._moderator()).mark_read(remote_id)

    async def _moderator(self) -> Moderator:
        return Moderator(self._xrpc, await self._xrpc.session(), self.now)

    def _lineage(self, session: Session) -> Lineage:
        return self._lineages.setdefault(session.did, Lineage(self._xrpc, session.did))

    def _directory(self, session: Session) -> Directory:
        return self._directories.setdefault(session.did, Directory(self._xrpc, session))
