"""One fetch: what is new in all lists and in the folder of mentions, oldest first, then what has vanished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.graph.memory import in_pages, page_of, read_cursor, write_cursor
from cminbox.network_kit.graph.readings import barred, read_if_allowed, really_gone
from cminbox.networks.instagram.mentions import Mentions
from cminbox.networks.instagram.walking import Walk

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Page
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.brand import Brand

DEEP_MS = 10 * 60 * 1000
"""How often the older posts are looked through for late comments."""
SCARCE_PERCENT = 75.0
"""From so much of the allowance used on, the tags are read with the older posts alone, and those less often."""
_SCARCE_TIMES = 6


class Fetching:
    """One run through everything. The pages that it yields can be the last that the caller wants at any time."""

    def __init__(self, graph: Graph, brand: Brand, folder: str, cursor: str | None, since: int) -> None:
        self._graph = graph
        self._brand = brand
        self._cursor = cursor
        self._since = since
        self._memory = read_cursor(cursor, since)
        scarce = cursor is not None and graph.usage.percent >= SCARCE_PERCENT
        self._deep = graph.now() - self._memory.deep_at >= DEEP_MS * (_SCARCE_TIMES if scarce else 1)
        self._tags = self._deep or not scarce
        self._walk = Walk(graph, brand, self._memory, deep=self._deep)
        self._mentions = Mentions(graph, brand, folder, self._memory) if folder else None
        self._problems: list[Saying] = []

    async def pages(self) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure."""
        now = self._graph.now()
        await self._posts()
        await read_if_allowed(self._walk.exchanges, self._problems)
        if self._tags:
            await read_if_allowed(self._walk.tags, self._problems)
        if self._mentions is not None:
            await read_if_allowed(self._named, self._problems)
        deleted = await really_gone(self._graph, self._memory, self._walk.missing, lambda name: name.partition("_")[2])
        *pages, last = in_pages(self._walk.found.values())
        for some in pages:
            self._memory.remember_all(some)
            yield page_of(some, write_cursor(self._memory))
        self._memory.remember_all(last)
        self._memory.counts = self._walk.counts
        if self._mentions is not None:
            self._memory.place = self._mentions.place
        if self._deep:
            self._memory.deep_at = now
        page = page_of(last, write_cursor(self._memory), deleted, self._problems)
        if page.cursor != self._cursor or page.skipped:
            yield page

    async def _posts(self) -> None:
        """Read the comments; without the permission for them the private messages are read all the same."""
        try:
            await self._walk.posts()
        except SignInAgain as failure:
            if failure.missing_scope != self._brand.comments:
                raise
            self._problems.append(barred(failure))

    async def _named(self) -> None:
        """Read the mentions elsewhere; one of an old post is news although its time is long gone."""
        mentions = self._mentions
        if mentions is None:
            return
        try:
            await mentions.read(self._since, frozenset(self._walk.media))
        finally:
            self._problems += mentions.problems
            # Lists come newest first, notices oldest first.
            self._walk.found = dict(reversed(mentions.found.items())) | self._walk.found
