"""One fetch: notifications, then our own replies, then direct messages, then what was deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import SignInAgain
from cminbox.networks.bluesky.chat import ChatReader
from cminbox.networks.bluesky.notifications import NotificationReader
from cminbox.networks.bluesky.own_posts import own_replies
from cminbox.networks.bluesky.place import watching
from cminbox.networks.bluesky.threads import as_messages
from cminbox.networks.bluesky.vanished import WATCHED_MOST, deleted_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cminbox.networks.bluesky.chat_reading import Directory
    from cminbox.networks.bluesky.lineage import Lineage
    from cminbox.networks.bluesky.place import Place
    from cminbox.networks.bluesky.session import Session
    from cminbox.networks.bluesky.xrpc import Xrpc


@dataclass(frozen=True, slots=True)
class Means:
    """What a fetch works with. Times are UTC milliseconds; `directory` is None where DMs are not to be read."""

    xrpc: Xrpc
    session: Session
    lineage: Lineage
    directory: Directory | None
    since: int
    now: int


class Fetch:
    """One way through everything new; `place` is how far it has come, `dms_refused` whether DMs were denied."""

    def __init__(self, means: Means, place: Place) -> None:
        self.place = place
        self.dms_refused = False
        self._means = means

    async def pages(self) -> AsyncGenerator[Page, None]:
        """Yield pages; each carries the place after it. Raises NetworkFailure and Shape."""
        async for page in self._notified():
            yield page
        async for page in self._own():
            yield page
        # A token renewed on the way here may tell more than the one at the start.
        session = await self._means.xrpc.session()
        if self._means.directory is not None and session.reads_dms:
            async for page in self._direct(self._means.directory):
                yield page
        looked = await deleted_of(self._means.xrpc, self.place.watched, self._means.now)
        if looked is not None:
            deleted, watched = looked
            self.place = replace(self.place, watched=watched)
            yield Page((), self.place.to_cursor(), tuple(deleted))

    async def _notified(self) -> AsyncGenerator[Page, None]:
        means = self._means
        reader = NotificationReader(means.xrpc, means.session, means.since, means.now)
        async for batch in reader.batches(self.place.notified):
            messages = tuple(await as_messages(batch.posts, means.lineage, means.session.did))
            watched = watching(self.place.watched, [message.remote_id for message in messages], WATCHED_MOST)
            self.place = replace(self.place, notified=batch.notified, watched=watched)
            yield Page(messages, self.place.to_cursor(), skipped=batch.problems)

    async def _own(self) -> AsyncGenerator[Page, None]:
        means = self._means
        async for batch in own_replies(means.xrpc, means.session, means.lineage, self.place.own, means.now):
            messages = tuple(await as_messages(batch.posts, means.lineage, means.session.did))
            self.place = replace(self.place, own=batch.own)
            yield Page(messages, self.place.to_cursor(), skipped=batch.problems)

    async def _direct(self, directory: Directory) -> AsyncGenerator[Page, None]:
        reader = ChatReader(self._means.xrpc, directory, self._means.since, self._means.now)
        try:
            async for batch in reader.batches(self.place.chats):
                self.place = replace(self.place, chats=batch.chats)
                told = batch.told
                yield Page(told.messages, self.place.to_cursor(), told.deleted, told.problems)
        except SignInAgain as failure:
            # The app password may do everything else: the rest of the inbox lives on, and the check tells why.
            if failure.missing_scope is None:
                raise
            self.dms_refused = True
