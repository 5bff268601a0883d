"""The lists of a site: its comments, the reviews of its products, and what it takes for spam among either."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.wordpress.api import REVIEWS
from cminbox.networks.wordpress.comments import SPAM, read_comment, read_review

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence

    from cminbox.domain.saying import Saying
    from cminbox.networks.wordpress.api import Api, Params
    from cminbox.networks.wordpress.comments import Entry

WAITING_TOO = "all"
"""What is published and what waits for approval."""
_EDIT = (("context", "edit"),)
_OVERLAP = 5
_MOST_STEPS_BACK = 3
_MOST_PAGES = 1_000
_EARLIEST = 946_684_800
"""The first second of 2000. WordPress, which is younger, does not take the first second of all for a time."""


@dataclass(slots=True)
class Part:
    """A part of a list as read; `named` are the ids in it, also of what cannot be read."""

    entries: list[Entry] = field(default_factory=list)
    skipped: list[Saying] = field(default_factory=list)
    named: set[int] = field(default_factory=set)
    more: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """One list, by its route, with how its items are read. `status` is the standing of what is in it."""

    name: str
    route: str
    read: Callable[[object], Entry]
    status: str

    async def newest(self, api: Api) -> Part:
        """Return the newest page, newest first. Raises NetworkFailure."""
        return await self._page(api, (("orderby", "id"), ("order", "desc")), 0)

    async def some(self, api: Api, identifiers: Sequence[int], status: str) -> Part:
        """Return those of the ids, at most a page, that have this standing. Raises NetworkFailure."""
        wanted = ",".join(str(one) for one in identifiers)
        params = (*_EDIT, ("status", status), ("include", wanted), ("per_page", str(api.account.page_size)))
        return self._part((await api.list(self.route, params)).items)

    async def since(self, api: Api, moment: int) -> AsyncIterator[Part]:
        """Yield everything written after a moment (UTC milliseconds), by id. Raises NetworkFailure.

        The list can only be walked by counting, and shrinks when something is deleted meanwhile: each page overlaps
        with the one before it, and one that does not is asked for again from further ahead.
        """
        params = (("orderby", "id"), ("order", "asc"), ("after", iso(moment)))
        size, offset, back = api.account.page_size, 0, 0
        seen: set[int] = set()
        for _ in range(_MOST_PAGES):
            part = await self._page(api, params, offset)
            if offset and part.named and not part.named & seen and back < _MOST_STEPS_BACK:
                back += 1
                offset = max(0, offset - size)
                continue
            back = 0
            seen |= part.named
            yield part
            if not part.more:
                return
            offset += size - min(_OVERLAP, size // 2)

    async def _page(self, api: Api, params: Params, offset: int) -> Part:
        size = api.account.page_size
        place = (("per_page", str(size)), *((("offset", str(offset)),) if offset else ()))
        listed = await api.list(self.route, (*_EDIT, ("status", self.status), *params, *place))
        part = self._part(listed.items)
        # A page can be shorter than asked for although the list goes on: what one may not read is left out of it.
        part.more = offset + size < listed.total if listed.total is not None else len(listed.items) >= size
        return part

    def _part(self, items: Iterable[object]) -> Part:
        part = Part()
        for item in items:
            try:
                entry = self.read(item)
            except Shape as shape:
                part.skipped.append(unreadable(shape).saying)
                identifier = item.get("id") if isinstance(item, dict) else None
                part.named |= {identifier} if type(identifier) is int and identifier > 0 else set()
                continue
            part.named.add(entry.id)
            part.entries.append(entry)
        return part


async def lists_of(api: Api) -> tuple[List, ...]:
    """Return the lists of a site. Raises NetworkFailure."""
    found = [List("comments", api.comments, read_comment, WAITING_TOO)]
    if await api.has_shop():
        found.append(List("reviews", REVIEWS, read_review, WAITING_TOO))
    if api.account.read_spam:
        found += [List(f"{one.name} {SPAM}", one.route, one.read, SPAM) for one in found]
    return tuple(found)


def iso(moment: int) -> str:
    """Return an instant (UTC milliseconds) with its zone: without one a site takes it for its own local time."""
    return datetime.fromtimestamp(max(moment // 1000, _EARLIEST), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
