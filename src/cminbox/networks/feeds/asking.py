"""Asking one feed whether it has changed, and reading it when it has."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.failures import Gone, NetworkFailure, Unreadable
from cminbox.networks.feeds.account import shown
from cminbox.networks.feeds.decoding import read_feed
from cminbox.networks.feeds.place import Known, header

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from cminbox.networks.feeds.article import Feed

MOST_BYTES = 10 * 1024 * 1024
LONGEST_REST = 3600
"""Seconds for which a feed is left alone at most, however long it asks for."""
_NOT_MODIFIED, _GONE = 304, 410
_LARGE = 100_000
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)
_NEVER_KEPT = re.compile(r"no-cache|no-store", re.IGNORECASE)


class Ended(Gone):
    """The feed has ended for good and is not asked again."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed answered; `feed` is None when nothing has changed. `until` is UTC milliseconds, see Known."""

    feed: Feed | None
    etag: str
    changed: str
    until: int
    moved_to: str


class Asking:
    """Asks feeds. Raises NetworkFailure."""

    def __init__(self, http: httpx.AsyncClient, now: Callable[[], int]) -> None:
        self._http = http
        self._now = now

    async def ask(self, address: str, known: Known) -> Told:
        """Return what a feed says that may be known already. Raises NetworkFailure."""
        headers = {"accept": _ACCEPT}
        if known.etag:
            headers["if-none-match"] = known.etag
        if known.changed:
            headers["if-modified-since"] = known.changed
        asked = known.moved_to or address
        question = Question("GET", asked, headers=headers, raw_answer=True, byte_cap=MOST_BYTES)
        answer = await ask(self._http, question, explain=partial(_ended, address), now=self._now)
        moved_to = answer.moved_to or known.moved_to
        if answer.status == _NOT_MODIFIED:
            if len(headers) == 1:
                raise Unreadable(say("{feed} says that nothing has changed, but was never read", feed=shown(address)))
            return Told(None, known.etag, known.changed, self._until(answer, 0), moved_to)
        feed = await self._read(answer, asked)
        etag, changed = header(answer.headers.get("etag")), header(answer.headers.get("last-modified"))
        return Told(feed, etag, changed, self._until(answer, feed.ttl), moved_to)

    async def _read(self, answer: Answer, address: str) -> Feed:
        kind = answer.headers.get("content-type", "")
        reading = partial(read_feed, answer.body, kind, address, self._now())
        try:
            return await asyncio.to_thread(reading) if len(answer.body) > _LARGE else reading()
        except Unreadable as failure:
            said = say("{feed}: {what}", feed=shown(address), what=failure.saying)
            raise Unreadable(said) from None

    def _until(self, answer: Answer, ttl: int) -> int:
        control = answer.headers.get("cache-control", "")
        found = None if _NEVER_KEPT.search(control) else _MAX_AGE.search(control)
        rest = min(max(ttl, int(found[1]) if found else 0), LONGEST_REST)
        return self._now() + rest * 1000 if rest else 0


def ended(address: str) -> Ended:
    """Return the failure of a feed that has ended."""
    return Ended(say("{feed} has ended for good; take its address out of the account's settings", feed=shown(address)))


def _ended(address: str, answer: Answer) -> NetworkFailure | None:
    return ended(address) if answer.status == _GONE else None
