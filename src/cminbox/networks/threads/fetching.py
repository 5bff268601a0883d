"""One fetch: what is new in all lists, oldest first, then what has vanished from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.graph.memory import in_pages, page_of, read_cursor, write_cursor
from cminbox.network_kit.graph.readings import read_if_allowed, really_gone
from cminbox.networks.threads.walking import Walk

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Page
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.threads.entities import Brand

DEEP_MS = 10 * 60 * 1000
"""How often the older posts are looked through for late answers."""
SCARCE_PERCENT = 75.0
"""From so much of the allowance used on, that is done less often."""
_SCARCE_TIMES = 6


class Fetching:
    """One run through everything. The pages that it yields can be the last that the caller wants at any time."""

    def __init__(self, graph: Graph, brand: Brand, cursor: str | None, since: int) -> None:
        self._graph = graph
        self._cursor = cursor
        self._memory = read_cursor(cursor, since)
        scarce = cursor is not None and graph.usage.percent >= SCARCE_PERCENT
        self._deep = graph.now() - self._memory.deep_at >= DEEP_MS * (_SCARCE_TIMES if scarce else 1)
        self._walk = Walk(graph, brand, self._memory, deep=self._deep)
        self._problems: list[Saying] = []

    async def pages(self) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure."""
        now = self._graph.now()
        await self._walk.own()
        await read_if_allowed(self._walk.mentions, self._problems)
        await read_if_allowed(self._walk.waiting, self._problems)
        deleted = await really_gone(self._graph, self._memory, self._walk.missing, lambda name: name.rpartition("_")[2])
        *pages, last = in_pages(self._walk.found.values())
        for some in pages:
            self._memory.remember_all(some)
            yield page_of(some, write_cursor(self._memory))
        self._memory.remember_all(last)
        self._memory.counts = self._walk.counts
        if self._deep:
            self._memory.deep_at = now
        page = page_of(last, write_cursor(self._memory), deleted, self._problems)
        if page.cursor != self._cursor or page.skipped:
            yield page
