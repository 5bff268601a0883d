"""One fetch: what is new in all lists, oldest first, then what has vanished from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.graph.memory import in_pages, page_of, read_cursor, write_cursor
from cminbox.network_kit.graph.readings import read_if_allowed, really_gone
from cminbox.networks.facebook.walking import Walk

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Page
    from cminbox.network_kit.graph.client import Graph

DEEP_MS = 10 * 60 * 1000
"""How often the older posts are looked through for late comments."""
SCARCE_PERCENT = 75.0
"""From so much of the allowance used on, the slower lists take turns."""
_TURN_MS = 60_000


class Fetching:
    """One run through everything. The pages that it yields can be the last that the caller wants at any time."""

    def __init__(self, graph: Graph, page: str, cursor: str | None, since: int) -> None:
        self._graph = graph
        self._cursor = cursor
        self._memory = read_cursor(cursor, since)
        self._deep = graph.now() - self._memory.deep_at >= DEEP_MS
        self._walk = Walk(graph, page, self._memory, deep=self._deep)
        self._problems: list[Saying] = []

    async def pages(self) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure."""
        now = self._graph.now()
        await self._walk.published()
        await read_if_allowed(self._walk.exchanges, self._problems)
        for reading in self._slow(now):
            await read_if_allowed(reading, self._problems)
        deleted = await really_gone(self._graph, self._memory, self._walk.missing, str)
        *pages, last = in_pages(self._walk.found.values())
        for some in pages:
            self._memory.remember_all(some)
            yield page_of(some, write_cursor(self._memory))
        self._memory.remember_all(last)
        if self._deep:
            self._memory.deep_at = now
        page = page_of(last, write_cursor(self._memory), deleted, self._problems)
        if page.cursor != self._cursor or page.skipped:
            yield page

    def _slow(self, now: int) -> list[Callable[[], Awaitable[None]]]:
        slow: list[Callable[[], Awaitable[None]]] = [
            self._walk.visitors,
            self._walk.tagged,
            self._walk.recommendations,
        ]
        if self._cursor is None or self._graph.usage.percent < SCARCE_PERCENT:
            return slow
        return [slow[now // _TURN_MS % len(slow)]]
