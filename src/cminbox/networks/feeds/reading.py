"""One look at all feeds: what is new in them, each article once, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import NetworkFailure, TryLater, Unreadable
from cminbox.networks.feeds.asking import Ended, Told, ended
from cminbox.networks.feeds.place import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.watching import Watched
    from cminbox.networks.feeds.article import Article
    from cminbox.networks.feeds.asking import Asking
    from cminbox.networks.feeds.place import Place

_PAGE = 100


@dataclass(frozen=True, slots=True)
class _New:
    """An article that is to arrive. `undated` is when one without a date was first seen, UTC milliseconds."""

    address: str
    article: Article
    message: Message
    undated: int | None


class Round:
    """One look at all feeds of an account, begun at `place`. `failures` counts how often each feed failed of late.

    What failed for now ends the round, after what the feeds before it brought: those that failed of late come last, so
    that none keeps the others away. What will not pass by itself is said, and the other feeds go on. `now` and `since`
    are UTC milliseconds.
    """

    def __init__(self, asking: Asking, watched: Watched, place: Place, failures: dict[str, int]) -> None:
        self._asking = asking
        self._watched = watched
        self._place = place
        self._failures = failures
        self._told: dict[str, Told] = {}
        self._new: list[_New] = []
        self._brought: dict[str, str] = {}
        """Which feed brings an article in this round, by its id and by its twin's mark."""
        self._skipped: list[Saying] = []
        self._well = False
        self._lasting: list[NetworkFailure] = []
        self.failure: NetworkFailure | None = None
        """What the round ends with, after its pages."""

    async def ask(self, addresses: tuple[str, ...], now: int, since: int) -> None:
        """Ask all feeds; see `failure`."""
        for address in sorted(addresses, key=lambda one: self._failures.get(one, 0)):
            known = self._place[address]
            if known.gone:
                self._lasting.append(ended(address))
                continue
            if known.until > now:
                self._well = True
                continue
            try:
                told = await self._asking.ask(address, known)
            except (TryLater, Unreadable) as failure:
                self._failures[address] = self._failures.get(address, 0) + 1
                self.failure = failure
                break
            except NetworkFailure as failure:
                self._failures[address] = self._failures.get(address, 0) + 1
                self._lasting.append(failure)
                if isinstance(failure, Ended):
                    self._place.note(address, gone=True)
                continue
            self._failures.pop(address, None)
            self._well = True
            self._told[address] = told
            if told.feed is not None:
                self._skipped += told.feed.skipped
                self._collect(address, told.feed.articles, told.feed.title, now, since)
        if self._well:
            self._skipped += [failure.saying for failure in self._lasting]
        elif self.failure is None and self._lasting:
            self.failure = self._lasting[0]

    def pages(self, addresses: tuple[str, ...]) -> Iterator[Page]:
        """Yield what is new; the last page notes that the feeds were read to their ends."""
        self._new.sort(key=lambda one: (one.message.created_at, one.message.remote_id))
        for start in range(0, len(self._new), _PAGE):
            part = self._new[start : start + _PAGE]
            for one in part:
                self._place.note_seen(one.address, one.article, one.undated)
            if start + _PAGE < len(self._new):
                yield Page(tuple(one.message for one in part), self._place.cursor(addresses))
            else:
                yield self._last(tuple(one.message for one in part), addresses)
        if not self._new and (self._told or self._lasting):
            yield self._last((), addresses)

    def _last(self, messages: tuple[Message, ...], addresses: tuple[str, ...]) -> Page:
        for address, told in self._told.items():
            self._place.note(address, etag=told.etag, changed=told.changed, until=told.until, moved_to=told.moved_to)
            if told.feed is not None:
                self._place.forget(address, told.feed.articles)
        return Page(messages, self._place.cursor(addresses), skipped=tuple(self._skipped))

    def _collect(self, address: str, articles: tuple[Article, ...], title: str, now: int, since: int) -> None:
        feed = title or urlsplit(address).hostname or address
        for one in articles:
            before = self._place[address].seen.get(key_of(one.id))
            if before is not None and before.mark == one.mark:
                continue
            if before.copy if before else self._place.elsewhere(address, one) or self._comes_twice(address, one):
                self._place.note_seen(address, one, None, copy=True)
                continue
            at = one.published if one.published is not None else (before.at if before and before.at else now)
            undated = at if one.published is None else None
            if at < since or not self._watched.is_in(one.title, one.words, one.link):
                self._place.note_seen(address, one, undated)
                continue
            self._brought |= dict.fromkeys({one.id, one.twin} - {""}, address)
            edited_at = None if before is None else one.updated or now
            self._new.append(_New(address, one, one.message(feed, at, edited_at=edited_at), undated))

    def _comes_twice(self, address: str, one: Article) -> bool:
        return any(self._brought.get(key, address) != address for key in (one.id, one.twin))
