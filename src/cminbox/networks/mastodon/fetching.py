"""One fetch: the lists merged into pages, oldest first, then a second look at what was yielded lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Shape, mapping, unreadable
from cminbox.networks.mastodon.ancestry import AT_ONCE, read_many
from cminbox.networks.mastodon.api import status_path
from cminbox.networks.mastodon.cursor import read_cursor, write_cursor
from cminbox.networks.mastodon.lists import Feed
from cminbox.networks.mastodon.sources import Conversations, Entries, Notifications, OwnStatuses
from cminbox.networks.mastodon.statuses import DIRECT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.networks.mastodon.ancestry import Ancestry
    from cminbox.networks.mastodon.api import Api, Facts, Me
    from cminbox.networks.mastodon.lists import Entry, ListReader

PAGE = 40
_NEWEST_AGAIN = AT_ONCE // 2
_SINGLY = 3
"""How many statuses are looked at again where a server gives them one by one only."""
_CONFIRMED = 5
_TURN_MS = 60_000


class Fetching:
    """One run through the lists. The pages that it yields can be the last that the caller wants at any time."""

    def __init__(self, api: Api, me: Me, facts: Facts, ancestry: Ancestry, cursor: str | None) -> None:
        progress = read_cursor(cursor)
        self._api = api
        self._entries = Entries(me.id, ancestry)
        self._memory = progress.memory
        host = api.host
        readers: dict[str, ListReader] = {
            "notifications": Notifications(api, self._entries, grouped=facts.grouped),
            "statuses": OwnStatuses(host, me.id, self._entries),
            "conversations": Conversations(host, self._entries),
        }
        # Notifications are written by many hands at once, and numbers of theirs may appear out of order.
        self._feeds = {
            name: Feed(api, reader, progress.bookmarks[name], overlap=name == "notifications")
            for name, reader in readers.items()
        }
        self._last = cursor
        self._messages: list[Message] = []
        self._deleted: list[str] = []
        self._skipped: list[Saying] = []

    async def pages(self, since: int) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure."""
        for feed in self._feeds.values():
            while await feed.step_back(since):
                yield self._page()
        while True:
            for feed in self._feeds.values():
                while not feed.buffer and not feed.finished:
                    if self._messages:
                        # What is at hand is handed over before the next request can fail.
                        yield self._page()
                    await feed.refill(since)
            if (entry := self._oldest()) is None:
                break
            await self._take(entry, since)
            if len(self._messages) >= PAGE:
                yield self._page()
        await self._look_again(since)
        last = self._last
        page = self._page()
        if page.messages or page.deleted or page.skipped or page.cursor != last:
            yield page

    def _oldest(self) -> Entry | None:
        waiting = [feed for feed in self._feeds.values() if feed.buffer]
        if not waiting:
            return None
        return min(waiting, key=lambda feed: feed.buffer[0].at).buffer.popleft()

    async def _take(self, entry: Entry, since: int) -> None:
        message = entry.message
        if entry.deep and message is not None and message.parent and not self._memory.knows(entry.key):
            await self._take_those_before(message, since)
        if not self._memory.is_news(entry):
            return
        if message is not None:
            self._messages.append(message)
        if entry.skipped is not None:
            self._skipped.append(entry.skipped)

    async def _take_those_before(self, message: Message, since: int) -> None:
        """Read the private messages above one that no other list has shown."""
        if message.parent is None or self._memory.knows(message.parent):
            return
        try:
            answer = await self._api.get(status_path(message.remote_id, "context"), scope="read:statuses")
            above = mapping(answer.body, self._api.host).items("ancestors")
        except (Gone, Refused):
            return
        except Shape as shape:
            raise unreadable(shape) from None
        private = [item for item in above if isinstance(item, dict) and item.get("visibility") == DIRECT]
        for entry in await self._entries.of(private):
            if entry.at >= since and not self._memory.knows(entry.key):
                await self._take(entry, since)

    async def _look_again(self, since: int) -> None:
        """Find what was edited or deleted among the messages yielded lately: no list tells of that."""
        unseen = self._memory.unseen()
        if not unseen:
            return
        turn = self._api.now() // _TURN_MS
        if not (await self._api.facts()).grouped:
            for identifier in _some(unseen, _SINGLY - 1, 1, turn):
                await self._look_at(identifier, since)
            return
        asked = _some(unseen, _NEWEST_AGAIN, AT_ONCE - _NEWEST_AGAIN, turn)
        items = await read_many(self._api, asked)
        for entry in await self._entries.of(items):
            await self._take(entry, since)
        there = {str(item.get("id")) for item in items if isinstance(item, dict)}
        # What is left out here may be deleted, or be by somebody whom we mute or the server limits.
        missing = [identifier for identifier in asked if identifier not in there]
        for identifier in _some(missing, _CONFIRMED - 1, 1, turn):
            await self._look_at(identifier, since)

    async def _look_at(self, identifier: str, since: int) -> None:
        try:
            answer = await self._api.get(status_path(identifier), scope="read:statuses")
        except Gone:
            self._memory.forget(identifier)
            self._deleted.append(identifier)
            return
        except Refused:
            return
        for entry in await self._entries.of([answer.body]):
            await self._take(entry, since)

    def _page(self) -> Page:
        messages = sorted(self._messages, key=lambda message: message.created_at)
        cursor = write_cursor(self._feeds, self._memory)
        page = Page(tuple(messages), cursor, tuple(self._deleted), tuple(self._skipped))
        self._messages, self._deleted, self._skipped = [], [], []
        self._last = cursor
        return page


def _some(items: list[str], newest: int, others: int, turn: int) -> list[str]:
    """Return the first `newest` items, and of the rest as many as `others`, different ones at each turn."""
    rest = items[newest:]
    start = turn * others % len(rest) if rest else 0
    return items[:newest] + [*rest[start:], *rest[:start]][:others]
