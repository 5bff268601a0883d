"""Hacker News, read through its public search."""

from __future__ import annotations

from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.network_kit.contract import AccountReport, AccountSettings, Network, Page, Thread
from cminbox.network_kit.failures import Gone, Unreadable
from cminbox.network_kit.watching import Watched
from cminbox.networks.hackernews.account import MANIFEST, HackerNewsAccount
from cminbox.networks.hackernews.items import standing_below, way_to
from cminbox.networks.hackernews.place import Place
from cminbox.networks.hackernews.searching import Search

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

    from cminbox.domain.message import Message
    from cminbox.domain.network import Manifest
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Credentials
    from cminbox.networks.hackernews.items import Item

_PAGE = 100


class HackerNews(Network):
    """Stories and comments that name certain words, as mentions; they are answered in a browser."""

    manifest: ClassVar[Manifest] = MANIFEST
    Account: ClassVar[type[AccountSettings]] = HackerNewsAccount

    def __init__(
        self,
        account: Any,  # noqa: ANN401 - narrowed to HackerNewsAccount by whoever validates it
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        super().__init__(account, http, credentials, now)
        self._search = Search(account, http, now)
        self._words: tuple[str, ...] = account.watched
        self._watched = Watched(self._words)

    async def fetch(self, cursor: str | None, since: int) -> AsyncIterator[Page]:
        """Yield new and changed mentions, oldest first. Raises NetworkFailure."""
        place = Place(since // 1000) if cursor is None else Place.of(cursor)
        found, skipped = await self._found(place.start if cursor is not None else place.at)
        new = [one for one in found if place.seen.get(one.message.remote_id, (0, ""))[1] != one.mark]
        for start in range(0, max(len(new), 1), _PAGE):
            part = new[start : start + _PAGE]
            place = place.after({one.message.remote_id: (one.at, one.mark) for one in part})
            yield Page(tuple(one.message for one in part), str(place), skipped=skipped if start == 0 else ())

    async def check(self) -> AccountReport:
        """Say what can be seen of each word. Raises NetworkFailure."""
        remarks: list[Saying] = []
        for word in self._words:
            hits = await self._search.page(word, 0)
            newest = max((one.at for one in hits.items if self._watched.is_in(*one.searched)), default=None)
            if newest is None:
                remarks.append(say("Nothing on Hacker News names “{word}” lately", word=word))
                continue
            day = datetime.fromtimestamp(newest, UTC).date().isoformat()
            remarks.append(
                say(
                    "“{word}” on Hacker News: about {count} stories and comments, the newest from {day}",
                    word=word,
                    count=hits.count,
                    day=day,
                )
            )
        remarks.append(say("Everybody may search Hacker News; to answer, open the link in a browser"))
        name = self.account.username or self._words[0]
        return AccountReport(Person(name, name.lstrip("@") or name), remarks=tuple(remarks))

    async def thread(self, remote_id: str) -> Thread:
        """Return the story and the comments above an item, and what stands below it. Raises Gone."""
        tree, story = await self._search.item(remote_id)
        if tree.message is None:
            raise Gone(say("Hacker News no longer shows it: it was deleted"))
        return Thread(tuple(await self._above(remote_id, story)), tree.message, tuple(standing_below(tree)))

    async def _above(self, remote_id: str, story: str | None) -> list[Message]:
        if story is None:
            return []
        try:
            whole, _story = await self._search.item(story)
        except (Gone, Unreadable):
            # The story was deleted, or has more below it than can be read: the item stands by itself.
            return []
        return way_to(whole, remote_id) or []

    async def _found(self, start: int) -> tuple[list[Item], tuple[Saying, ...]]:
        """Return what names a word since a time (UTC seconds), each item once, oldest first."""
        found: dict[str, Item] = {}
        skipped: list[Saying] = []
        for word in self._words:
            async with aclosing(self._search.since(word, start)) as pages:  # type: ignore[type-var]
                async for hits in pages:
                    skipped += hits.skipped
                    for one in hits.items:
                        if self._watched.is_in(*one.searched):
                            found[one.message.remote_id] = one
        return sorted(found.values(), key=lambda one: (one.at, int(one.message.remote_id))), tuple(skipped)
