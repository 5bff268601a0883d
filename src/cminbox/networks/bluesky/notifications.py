"""Reading notifications: back from the newest until known ground, then delivered from the oldest on."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cminbox.networks.bluesky.crowd import rest_of
from cminbox.networks.bluesky.notices import PAGE, Notice, Slice, slice_at
from cminbox.networks.bluesky.place import Notified, Survey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.domain.saying import Saying
    from cminbox.networks.bluesky.reading import Post
    from cminbox.networks.bluesky.session import Session
    from cminbox.networks.bluesky.xrpc import Xrpc

_SECOND, _MINUTE, _DAY = 1_000, 60_000, 86_400_000
OVERLAP = 10 * _MINUTE
"""How far behind the newest we look each time: authors' clocks and the server's indexing put posts out of order."""
DEEP_EVERY = 10 * _MINUTE
"""How often, at most, the whole window is walked for posts that their authors dated back."""
DEEP_PER_PAGE = 20 * _SECOND
"""Beyond that, one walk waits so long for each request that the last one took: large accounts are not a burden."""
DEEPEST = 30 * _DAY
_REMEMBERED_PAGES = 50
_MOST_BOUNDS = 2_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts to deliver, oldest first, what could not be read, and how far that takes us."""

    posts: tuple[Post, ...]
    problems: tuple[Saying, ...]
    notified: Notified


class NotificationReader:
    """One fetch's way through the notifications.

    The server lists them from the newest to the oldest, we deliver the other way round. So the way back is surveyed
    first: every page ends at an instant, and between two of these instants lies about one page. Then each span is
    delivered, oldest first; the pages surveyed last are still at hand, others are asked for again. The spans are kept
    in the cursor, so that a fetch that breaks off goes on where it was, even in the middle of a long way back.
    """

    def __init__(self, xrpc: Xrpc, session: Session, since: int, now: int) -> None:
        self._xrpc = xrpc
        self._session = session
        self._since = since
        self._now = now
        self._pages: OrderedDict[int | None, tuple[Notice, ...]] = OrderedDict()
        self._fullest = 0

    async def batches(self, notified: Notified) -> AsyncIterator[Batch]:
        """Yield everything new, oldest first. Raises NetworkFailure."""
        resumed = notified.survey is not None
        if not resumed:
            notified = self._begun(notified)
        async for batch in self._run(notified):
            notified = batch.notified
            yield batch
        if resumed:
            # What was under way began earlier; what came since then is only seen by looking again.
            self._pages.clear()
            survey = Survey(stop=notified.newest, lower=notified.known.since - 1, deep=False, started=self._now)
            async for batch in self._run(replace(notified, survey=survey)):
                yield batch

    def _begun(self, notified: Notified) -> Notified:
        known = notified.known
        if notified.walked is None:
            survey = Survey(stop=known.since, lower=known.since - 1, deep=True, started=self._now)
        elif self._deep_is_due(notified):
            floor = max(self._since, self._now - DEEPEST)
            survey = Survey(stop=floor, lower=floor - 1, deep=True, started=self._now)
        else:
            stop = max(known.since, notified.newest - OVERLAP)
            survey = Survey(stop=stop, lower=known.since - 1, deep=False, started=self._now)
        return replace(notified, survey=survey)

    def _deep_is_due(self, notified: Notified) -> bool:
        pause = max(DEEP_EVERY, notified.walked_pages * DEEP_PER_PAGE)
        # A walk that lies in the future was dated by a clock that has been set back since.
        return notified.walked is None or not 0 <= self._now - notified.walked < pause

    async def _run(self, notified: Notified) -> AsyncIterator[Batch]:
        survey = notified.survey
        while survey is not None and not survey.arrived:
            one_further = self._one_back(survey, await self._slice(survey.at))
            if len(one_further.bounds) < len(survey.bounds):
                # A span is now longer than the page that is at hand for it.
                self._pages.clear()
            survey = one_further
            notified = replace(notified, survey=survey)
            if not survey.arrived:
                yield Batch((), (), notified)
        while survey is not None:
            at_hand = (survey.bounds[-1] if survey.bounds else None) in self._pages
            batch = await self._delivered(notified, survey)
            notified, survey = batch.notified, batch.notified.survey
            if batch.posts or batch.problems or survey is None or not at_hand:
                yield batch

    def _one_back(self, survey: Survey, page: Slice) -> Survey:
        survey = replace(survey, pages=survey.pages + 1, high=max(survey.high, page.high))
        if page.low is None or page.low < survey.stop:
            return replace(survey, arrived=True, at=None)
        bounds = (*survey.bounds, page.low)
        if len(bounds) > _MOST_BOUNDS:
            bounds = (*bounds[:-1:2], page.low)
        return replace(survey, at=page.low, bounds=bounds)

    async def _slice(self, before: int | None) -> Slice:
        page = await slice_at(self._xrpc, before, self._fullest)
        self._fullest = max(self._fullest, page.entries)
        if page.crowd is not None:
            rest = await rest_of(self._xrpc, self._session, page.crowd, page.notices, surely=page.entries >= PAGE)
            page = replace(page, notices=(*page.notices, *rest))
        self._pages[before] = page.notices
        if len(self._pages) > _REMEMBERED_PAGES:
            self._pages.popitem(last=False)
        return page

    async def _delivered(self, notified: Notified, survey: Survey) -> Batch:
        """Return the oldest span that is not delivered yet, and the state after it."""
        upper = survey.bounds[-1] if survey.bounds else None
        notices = await self._span(survey, upper)
        fresh: list[Notice] = []
        keys = set(notified.known.keys())
        for notice in sorted(notices, key=lambda one: (one.instant, one.key)):
            inside = survey.lower < notice.instant and (upper is None or notice.instant <= upper)
            if inside and notice.key not in keys:
                keys.add(notice.key)
                fresh.append(notice)
        return Batch(
            tuple(notice.post for notice in fresh if notice.post is not None),
            tuple(notice.problem for notice in fresh if notice.problem is not None),
            self._after(notified, survey, upper, fresh),
        )

    async def _span(self, survey: Survey, upper: int | None) -> list[Notice]:
        if upper in self._pages:
            return list(self._pages.pop(upper))
        until = max(survey.lower, survey.stop - 1)
        found: list[Notice] = []
        before = upper
        while True:
            page = await self._slice(before)
            self._pages.pop(before, None)
            found += page.notices
            if page.low is None or page.low <= until:
                return found
            before = page.low

    def _after(self, notified: Notified, survey: Survey, upper: int | None, fresh: list[Notice]) -> Notified:
        # What lies before the point from which we know everything would be the first to be forgotten again.
        known = notified.known.and_these(
            [(notice.instant, notice.key) for notice in fresh if notice.instant >= notified.known.since],
        )
        if upper is not None:
            survey = replace(survey, lower=upper, bounds=survey.bounds[:-1])
            return replace(notified, known=known, survey=survey)
        newest = max(notified.newest, min(survey.high, self._now))
        walked, pages = (survey.started, survey.pages) if survey.deep else (notified.walked, notified.walked_pages)
        return Notified(known, newest, walked, pages)
