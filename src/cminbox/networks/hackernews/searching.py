"""Asking the search of Hacker News, and the interface of its items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.failures import Gone, NetworkFailure, Unreadable
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.networks.hackernews.items import Item, instant, read_hit, read_tree

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

    from cminbox.domain.saying import Saying
    from cminbox.networks.hackernews.account import HackerNewsAccount
    from cminbox.networks.hackernews.items import Tree

_PAGE = 100
_MOST_PAGES = 100
"""Of one word, at one time."""
_NOT_FOUND = 404
_TAGS = "(story,comment)"
_ITEM_BYTES = 16 * 1024 * 1024
"""A story comes with all its comments; there are some with thousands."""


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of a search, newest first: how many there are in all, and those that could be read."""

    items: tuple[Item, ...]
    skipped: tuple[Saying, ...]
    oldest: int | None
    full: bool
    count: int


class Search:
    """The search, for one account. All methods raise NetworkFailure."""

    def __init__(self, account: HackerNewsAccount, http: httpx.AsyncClient, now: Callable[[], int]) -> None:
        self._base = f"{account.base_url}/api/v1"
        self._ours = account.username
        self._http = http
        self._now = now

    async def since(self, word: str, start: int) -> AsyncIterator[Hits]:
        """Yield what names a word and was written at `start` (UTC seconds) or later, newest first.

        The next page is asked for by its time: pages that are counted shift when something is deleted meanwhile, and
        end after a thousand hits. Raises NetworkFailure, Unreadable for a word that is too frequent.
        """
        upto: int | None = None
        page = 0
        for _ in range(_MOST_PAGES):
            hits = await self.page(word, start, upto, page)
            yield hits
            if not hits.full:
                return
            if hits.oldest is not None and (upto is None or hits.oldest < upto):
                upto, page = hits.oldest, 0
            else:
                page += 1
        raise Unreadable(say("Hacker News has too much about “{word}”; name rarer words", word=word))

    async def page(self, word: str, start: int, upto: int | None = None, page: int = 0) -> Hits:
        """Return one page of what names a word; `start` and `upto` are UTC seconds. Raises NetworkFailure."""
        bounds = f"created_at_i>={start}" + ("" if upto is None else f",created_at_i<={upto}")
        params = (
            ("query", word),
            ("tags", _TAGS),
            ("numericFilters", bounds),
            ("hitsPerPage", str(_PAGE)),
            ("page", str(page)),
        )
        answer = await ask(self._http, Question("GET", f"{self._base}/search_by_date", params), now=self._now)
        body = mapping(answer.body, "search_by_date")
        if not isinstance(body.raw("hits"), list):
            raise unreadable(Shape("search_by_date.hits", "a list"))
        try:
            found, size = body.items("hits"), body.number("hitsPerPage", _PAGE)
            count = max(body.number("nbHits", 0), len(found))
        except Shape as shape:
            raise unreadable(shape) from None
        return self._read(found, full=bool(found) and len(found) >= size, count=count)

    async def item(self, identifier: str) -> tuple[Tree, str | None]:
        """Return an item with what stands below it, and the story above it. Raises Gone."""
        if not (identifier.isascii() and identifier.isdigit()):
            raise Gone(say("Hacker News has no item {id}", id=identifier))
        question = Question("GET", f"{self._base}/items/{identifier}", byte_cap=_ITEM_BYTES)
        answer = await ask(self._http, question, explain=_no_item, now=self._now)
        body = mapping(answer.body, "items")
        try:
            tree = read_tree(answer.body, self._ours)
            story = body.number("story_id", 0) if body.number("parent_id", 0) else 0
        except Shape as shape:
            raise unreadable(shape) from None
        return tree, str(story) if story and str(story) != tree.id else None

    def _read(self, found: list[Any], *, full: bool, count: int) -> Hits:
        items: list[Item] = []
        skipped: list[Saying] = []
        times: list[int] = []
        for one in found:
            try:
                times.append(instant(Reader(one, "hit")))
                items.append(read_hit(one, self._ours))
            except Shape as shape:
                skipped.append(unreadable(shape).saying)
        return Hits(tuple(items), tuple(skipped), min(times, default=None), full, count)


def _no_item(answer: Answer) -> NetworkFailure | None:
    if answer.status == _NOT_FOUND:
        return Gone(say("Hacker News no longer shows it: it was deleted"))
    return None
