"""One fetch: new and changed reviews, new and changed answers of ours, and what is gone.

Lists begin with the newest review and are read until what is known. An answer that a colleague gives on the website
moves nothing in a list, and a review that is gone leaves no trace: for these the lists are read further down now and
then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import Gone
from cminbox.network_kit.reviews.memory import read_cursor, write_cursor
from cminbox.network_kit.reviews.review import answer_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from cminbox.domain.message import Message, Person
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.reviews.review import Listed, Review, Source

PAGE = 20
LOOK_MS = 60 * 60 * 1000
"""How often lists are read down to where everything is done with."""
_MOST_CONFIRMED = 10


@dataclass(frozen=True, slots=True)
class _News:
    """A message to yield, and how to remember that it was."""

    message: Message
    learn: Callable[[], None]


class _Order:
    """Whether a list really begins with the newest. `last` is the time of what was looked at last (UTC ms)."""

    def __init__(self) -> None:
        self.last = 2**63
        self._falls = True
        self._place: str | None = None
        self._places: set[str] = set()
        self._returned = False

    def look_at(self, review: Review) -> None:
        """Take in the next review of the list."""
        self._falls = self._falls and review.changed_at <= self.last
        # A place that comes again after another one: the list does not go place by place.
        self._returned = self._returned or (review.place != self._place and review.place in self._places)
        self._places.add(review.place)
        self.last, self._place = review.changed_at, review.place

    def holds(self, *, mixed: bool) -> bool:
        """Whether what follows is surely older; of several places only after their reviews took turns."""
        return self._falls and (self._returned or not mixed)


class Fetching:
    """One run through the lists. Everything is read first, newest to oldest, then yielded, oldest to newest."""

    def __init__(self, source: Source, cursor: str | None, since: int) -> None:
        self._source = source
        self._memory = read_cursor(cursor, since)
        self._last = cursor
        self._deep = not 0 <= source.now() - self._memory.looked_at < LOOK_MS
        self._found: dict[str, Review] = {}
        self._whole = True
        self._skipped: list[Saying] = []
        self._deleted: list[str] = []

    async def pages(self) -> AsyncGenerator[Page]:
        """Yield everything new, oldest first. Raises NetworkFailure, before anything is yielded."""
        me = await self._source.me()
        for begin in await self._source.lists():
            await self._walk(begin())
        await self._confirm()
        news = sorted(self._news(me), key=lambda one: (one.message.created_at, one.message.ours))
        for start in range(0, len(news), PAGE):
            part = news[start : start + PAGE]
            for one in part:
                one.learn()
            last = start + PAGE >= len(news)
            self._memory.unfinished = not last
            yield self._page(tuple(one.message for one in part), last=last)
        if not news:
            page = self._page((), last=True)
            if page.deleted or page.skipped or page.cursor != self._last:
                yield page

    async def _walk(self, listed: AsyncIterator[Listed]) -> None:
        """Read one list until nothing new can follow. A list that may be out of order is read to its end."""
        order, count = _Order(), 0
        looking = self._deep and self._last is not None and not self._memory.unfinished
        most = self._source.most_pages(looking=looking)
        async for page in listed:
            count += 1
            self._skipped += page.skipped
            for review in page.reviews:
                order.look_at(review)
                self._found[review.id] = review
            known = bool(page.reviews) and not any(self._is_news(review) for review in page.reviews)
            done_with = order.last < self._memory.floor or (known and not self._deep and not self._memory.unfinished)
            if done_with and order.holds(mixed=page.mixed):
                break
            if count >= most:
                self._whole = False
                break

    def _is_news(self, review: Review) -> bool:
        return self._memory.is_new(review) or self._memory.is_answered_anew(review)

    async def _confirm(self) -> None:
        """Ask for what is missing from lists that were read far down, some at a time: it may be gone."""
        if not self._deep or not self._whole:
            return
        since = max(self._source.vouched_since(), self._memory.floor)
        missing = [
            name
            for name, known in self._memory.reviews.items()
            if name not in self._found and known.changed_at >= since
        ]
        for name in missing[:_MOST_CONFIRMED]:
            try:
                self._found[name] = await self._source.one(name)
            except Gone:
                self._deleted.append(name)

    def _news(self, me: Person) -> list[_News]:
        news: list[_News] = []
        for review in self._found.values():
            if self._memory.is_new(review):
                message = review.message(edited=self._memory.is_known(review))
                news.append(_News(message, partial(self._memory.learn_review, review)))
            if not self._memory.is_answered_anew(review):
                continue
            answered = review.answered(me)
            if review.answer is not None and review.answer.trouble is not None:
                self._skipped.append(_taken_down(review.author, review.answer.trouble))
            if answered is None:
                self._forget_answer(review)
            else:
                news.append(_News(answered, partial(self._answer, review)))
        return news

    def _answer(self, review: Review) -> None:
        """Remember an answer; the one before it stands there no longer."""
        self._forget_answer(review)
        self._memory.learn_answer(review)

    def _forget_answer(self, review: Review) -> None:
        known = self._memory.reviews.get(review.id)
        before = "" if known is None else known.answer.removesuffix("!")
        now = "" if review.answer is None else review.answer.mark
        if before and before != now:
            self._deleted.append(answer_id(review.id, before))
        if known is not None and not now:
            known.answer = ""

    def _page(self, messages: tuple[Message, ...], *, last: bool) -> Page:
        deleted, self._deleted = tuple(dict.fromkeys(self._deleted)), []
        for name in deleted:
            self._memory.reviews.pop(name, None)
        if last:
            self._memory.settle()
            if self._deep:
                self._memory.looked_at = self._source.now()
        skipped, self._skipped = tuple(self._skipped), []
        return Page(messages, write_cursor(self._memory), deleted, skipped)


def _taken_down(author: Person, trouble: Saying) -> Saying:
    return say("The answer to the review by {name} is not shown: {why}", name=author.name or author.handle, why=trouble)
