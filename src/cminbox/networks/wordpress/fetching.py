"""One fetch: what is new, edited, approved, held or gone in the lists of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.contract import Page
from cminbox.networks.wordpress.comments import SPAM
from cminbox.networks.wordpress.lists import WAITING_TOO, lists_of
from cminbox.networks.wordpress.memory import Memory, read_cursor, write_cursor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Sequence

    from cminbox.networks.wordpress.api import Api
    from cminbox.networks.wordpress.comments import Entry
    from cminbox.networks.wordpress.lists import List, Part

LOOK_AGAIN_MS = 5 * 60_000
"""How often all that is remembered is compared with the site; the newest page is at each fetch."""
_CLOCK_MS = 65 * 60_000
"""Sites compare by their own wall clock, which repeats an hour each autumn."""


class Fetching:
    """One run through the lists, each oldest first."""

    def __init__(self, api: Api, cursor: str | None, since: int) -> None:
        self._api = api
        self._since = since
        self._memories = read_cursor(cursor)
        self._last = cursor
        self._me = ""

    async def pages(self) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure, after what was read before it."""
        self._me = (await self._api.me()).person
        for one in await lists_of(self._api):
            memory = self._memories.setdefault(one.name, Memory(self._since))
            if memory.caught_up:
                async for page in self._look(one, memory):
                    yield page
            # So much may be new that one page does not show it all.
            if not memory.caught_up:
                async for page in self._catch_up(one, memory):
                    yield page
        if write_cursor(self._memories) != self._last:
            yield self._page([], Memory(self._since))

    async def _catch_up(self, one: List, memory: Memory) -> AsyncGenerator[Page]:
        start = max(memory.since - 1000, memory.read_to - _CLOCK_MS)
        async for part in one.since(self._api, start):
            news = self._news(memory, part.entries)
            if news or part.skipped:
                yield self._page(news, memory, part)
        memory.caught_up = True
        memory.looked_at = self._api.now()

    async def _look(self, one: List, memory: Memory) -> AsyncGenerator[Page]:
        part = await one.newest(self._api)
        reaches = not part.more or any(entry.id in memory.known or entry.id <= memory.floor for entry in part.entries)
        if not reaches and not _is_old(part, memory):
            memory.caught_up = False
            return
        found = [entry for entry in part.entries if memory.is_news(entry)]
        lowest = min(part.named, default=0)
        missing = [name for name in memory.known if name >= lowest and name not in part.named]
        if 0 <= self._api.now() - memory.looked_at < LOOK_AGAIN_MS:
            others: list[int] = []
        else:
            memory.looked_at = self._api.now()
            others = [name for name in memory.known if name < lowest]
        again, deleted = await self._look_again(one, memory, [*missing, *others])
        news = self._news(memory, [*found, *again])
        if news or deleted or part.skipped:
            yield self._page(news, memory, part, deleted)

    async def _look_again(self, one: List, memory: Memory, names: Sequence[int]) -> tuple[list[Entry], list[str]]:
        """Ask for known ones by their ids: return those that have changed, and the ids of those that are gone."""
        changed: list[Entry] = []
        deleted: list[str] = []
        size = self._api.account.page_size
        for start in range(0, len(names), size):
            asked = list(names[start : start + size])
            for status in (WAITING_TOO, SPAM):
                if not asked:
                    break
                part = await one.some(self._api, asked, status)
                changed += [entry for entry in part.entries if memory.is_news(entry)]
                asked = [name for name in asked if name not in part.named]
            for name in asked:
                memory.forget(name)
                deleted.append(str(name))
        return changed, deleted

    def _news(self, memory: Memory, entries: Iterable[Entry]) -> list[Entry]:
        news = {entry.id: entry for entry in entries if memory.is_news(entry)}
        return [news[identifier] for identifier in sorted(news)]

    def _page(
        self, news: Sequence[Entry], memory: Memory, part: Part | None = None, deleted: Sequence[str] = ()
    ) -> Page:
        now = self._api.now()
        messages = tuple(entry.message(self._me, now if memory.is_edited(entry) else None) for entry in news)
        for entry in news:
            memory.learn(entry, now)
        skipped = () if part is None else tuple(part.skipped)
        return Page(messages, write_cursor(self._memories), tuple(deleted), skipped)


def _is_old(part: Part, memory: Memory) -> bool:
    """Whether the page reaches back before everything that is to be read."""
    return any(entry.at < memory.since for entry in part.entries)
