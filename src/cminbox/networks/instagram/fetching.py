"""One fetch: what is new in all lists and in the folder of mentions, oldest first, then what has vanished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SignInAgain
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.graph.memory import in_pages, page_of, read_cursor, write_cursor
from cminbox.networks.instagram.mentions import Mentions
from cminbox.networks.instagram.walking import Walk

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Page
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.brand import Brand

DEEP_MS = 10 * 60 * 1000
"""How often the older posts are looked through for late comments."""
SCARCE_PERCENT = 75.0
"""From so much of the allowance used on, the tags are read with the older posts alone, and those less often."""
_SCARCE_TIMES = 6
_CONFIRMED = 5


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
        await self._each(self._walk.exchanges)
        if self._tags:
            await self._each(self._walk.tags)
        if self._mentions is not None:
            await self._each(self._named)
        deleted = await self._confirmed()
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
            self._problems.append(_barred(failure))

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

    async def _each(self, reading: Callable[[], Awaitable[None]]) -> None:
        """Read a list that this account may be barred from; that is said, and the others are read all the same."""
        try:
            await reading()
        except SignInAgain as failure:
            if failure.missing_scope is None:
                raise
            self._problems.append(_barred(failure))
        except (Gone, Refused) as failure:
            self._problems.append(_barred(failure))

    async def _confirmed(self) -> tuple[str, ...]:
        """Return the comments that have vanished from their post and are really gone; a few at a time."""
        doubtful = [one for one in dict.fromkeys(self._walk.missing) if one not in self._memory.there]
        gone: list[str] = []
        for remembered in doubtful[:_CONFIRMED]:
            identifier = remembered.partition("_")[2]
            try:
                await self._graph.read(node(identifier), "id")
            except Gone:
                self._memory.forget(remembered)
                gone.append(identifier)
            except Refused:
                self._memory.exists(remembered)
            else:
                self._memory.exists(remembered)
        return tuple(gone)


def _barred(failure: NetworkFailure) -> Saying:
    return say("A part of the account cannot be read: {why}", why=failure.saying)
