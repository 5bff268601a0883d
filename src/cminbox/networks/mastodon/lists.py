"""One of the server's lists, read page by page along its Link header, which alone knows what comes next."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired, Gone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.network_kit.answers import Answer
    from cminbox.networks.mastodon.api import Api, Params

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_RELATION = re.compile(r'rel\s*=\s*"?(next|prev)\b', re.IGNORECASE)
_LONGEST_HEADER = 16_384
_MOST_PARAMS, _LONGEST_PARAM = 6, 400


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list: a message, or the saying why it is none.

    `at` (UTC milliseconds) decides its turn among the items of other lists; `key` tells it from every other. `deep`
    says that messages may lie behind it which no list shows.
    """

    at: int
    key: str
    message: Message | None = None
    skipped: Saying | None = None
    deep: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list is read. `params` are ours; what a Link header says besides them is a position."""

    path: str
    params: Params
    scope: str


class ListReader(Protocol):
    """What a feed has to know of its list."""

    @property
    def source(self) -> Source:
        """Where it is read."""

    def split(self, body: object) -> list[Any]:
        """Return the items of a page, newest first. Raises Unreadable."""

    def age(self, item: Any) -> int:  # noqa: ANN401 - foreign JSON
        """Return when an item came into being (UTC milliseconds), far in the future where it does not say."""

    async def entries(self, items: Sequence[Any]) -> list[Entry]:
        """Turn items, oldest first, into entries. Raises NetworkFailure."""

    def fall_back(self) -> bool:
        """Turn to an older form of the list, which the server lacks in its newer one; False when there is none."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """The items of a page as they came, newest first, with the positions of its neighbours."""

    items: tuple[Any, ...]
    older: Params | None
    newer: Params | None


async def read_page(api: Api, reader: ListReader, position: Params) -> ListPage:
    """Read one page of a list. Raises NetworkFailure."""
    try:
        answer = await _ask(api, reader.source, position)
    except Gone:
        if not reader.fall_back():
            raise
        answer = await _ask(api, reader.source, position)
    beside = neighbours(answer.headers, reader.source.params)
    return ListPage(tuple(reader.split(answer.body)), beside.get("next"), beside.get("prev"))


async def _ask(api: Api, source: Source, position: Params) -> Answer:
    return await api.get(source.path, source.params + position, scope=source.scope)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How far a list was read.

    `at` is the position of the page that is being read; `back` that of the page reached while looking for the
    beginning, as long as `at` is not known. `first` marks the page in which the history begins.
    """

    at: Params | None = None
    back: Params | None = None
    first: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return a form for a cursor."""
        if self.at is None:
            return {"back": self.back or ()}
        return {"at": self.at, "first": True} if self.first else {"at": self.at}

    @classmethod
    def from_json(cls, data: object) -> Bookmark:
        """Read what `to_json` wrote. Raises CursorExpired for anything else."""
        if not isinstance(data, dict):
            raise expired()
        if "at" in data:
            return cls(at=_params(data["at"]), first=data.get("first") is True)
        return cls(back=_params(data.get("back")) or None)


def expired() -> CursorExpired:
    """Return the failure for a cursor that is none of ours."""
    return CursorExpired(say("The place to resume reading at is not known; the history is read again"))


class Feed:
    """The entries of one list, oldest first, from a bookmark on.

    With `overlap` the newest page that was read is read again by the next fetch: an item that the server wrote down
    late, between two that were already read, is found there. Entries come again then; who consumes them knows them.
    `since` is UTC milliseconds.
    """

    def __init__(self, api: Api, reader: ListReader, bookmark: Bookmark, *, overlap: bool) -> None:
        self.bookmark = bookmark
        self.buffer: deque[Entry] = deque()
        self.finished = False
        self._api = api
        self._reader = reader
        self._overlap = overlap
        self._following: Params | None = None
        self._opened = False
        self._walked: ListPage | None = None

    async def step_back(self, since: int) -> bool:
        """Where nothing was read yet, take one step back towards `since` (UTC milliseconds) or the beginning.

        True while another step is needed; the bookmark can be kept in between, so that a walk that breaks off goes
        on from there. Raises NetworkFailure.
        """
        if self.bookmark.at is not None or self._opened or self.finished:
            return False
        page = self._walked or await self._page(self.bookmark.back or ())
        self._walked = page
        if page.items and page.older not in {None, self.bookmark.back} and self._age(page) >= since:
            older = await self._page(page.older or ())
            if older.items:
                self.bookmark, self._walked = Bookmark(back=page.older), older
                return True
        if not page.items:
            self.finished = True
            return False
        if self.bookmark.back is not None:
            self.bookmark = Bookmark(at=self.bookmark.back, first=True)
        await self._load(page, since)
        return False

    async def refill(self, since: int) -> None:
        """Read the next page into the buffer; `finished` when there is none. Raises NetworkFailure."""
        position = self._following if self._opened else self.bookmark.at
        if position is None:
            self.finished = True
            return
        page = await self._page(position)
        if not page.items:
            self.finished = True
            if self._opened and (not self._overlap or self.bookmark.at is None):
                self.bookmark = Bookmark(at=position)
            return
        if self._opened:
            self.bookmark = Bookmark(at=position)
        await self._load(page, since)

    def _age(self, page: ListPage) -> int:
        return min(self._reader.age(item) for item in page.items)

    async def _page(self, position: Params) -> ListPage:
        return await read_page(self._api, self._reader, position)

    async def _load(self, page: ListPage, since: int) -> None:
        self._opened = True
        # A server that does not know the position would give the same page for ever.
        self._following = None if page.newer == self.bookmark.at else page.newer
        beginning = self.bookmark.at is None or self.bookmark.first
        items = [item for item in reversed(page.items) if not beginning or self._reader.age(item) >= since]
        self.buffer.extend(await self._reader.entries(items))


def neighbours(headers: Mapping[str, str], params: Params) -> dict[str, Params]:
    """Return the positions of the older ("next") and the newer ("prev") page that a Link header names.

    Only the query is taken from it: credentials go nowhere but to the address that the account has.
    """
    found: dict[str, Params] = {}
    ours = {name for name, _ in params}
    for match in _LINK.finditer(headers.get("link", "")[:_LONGEST_HEADER]):
        relation = _RELATION.search(match.group(2))
        position = _position(match.group(1), ours)
        if relation is not None and position is not None:
            found[relation.group(1).lower()] = position
    return found


def _position(url: str, ours: set[str]) -> Params | None:
    try:
        query = parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    # since_id gives the newest page behind a place, min_id the next one; some servers name the former.
    position = tuple(("min_id" if name == "since_id" else name, value) for name, value in query if name not in ours)
    fits = len(position) <= _MOST_PARAMS and all(len(value) <= _LONGEST_PARAM for _, value in position)
    return position if position and fits else None


def _params(data: object) -> Params:
    if data is None:
        return ()
    if not isinstance(data, list):
        raise expired()
    pairs: list[tuple[str, str]] = []
    for pair in data:
        match pair:
            case [str(name), str(value)]:
                pairs.append((name, value))
            case _:
                raise expired()
    return tuple(pairs)
