"""Where a public status belongs: under a post of ours, or in somebody else's thread."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Shape, listing, mapping, unreadable
from cminbox.networks.mastodon.api import status_path
from cminbox.networks.mastodon.statuses import Place, Status, exchange_of, read_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cminbox.networks.mastodon.api import Api

AT_ONCE = 20
"""How many statuses one request may name."""
_REMEMBERED = 5_000
_LEVELS = 3
"""How many levels are climbed one by one; what stands deeper is asked for as a whole thread."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A status above another. `ours` is None when it can no longer be read."""

    parent: str | None
    parent_ours: bool
    ours: bool | None


async def read_many(api: Api, identifiers: list[str]) -> list[object]:
    """Return those of some statuses that a server gives at once; none where it gives them only one by one.

    Raises NetworkFailure.
    """
    params = tuple(("id[]", identifier) for identifier in identifiers)
    try:
        answer = await api.get("/api/v1/statuses", params, scope="read:statuses")
    except (Gone, Refused):
        return []
    return listing(answer.body, api.host)


class Ancestry:
    """Remembers who answered whom, and reads what is missing. It forgets the oldest beyond a few thousand."""

    def __init__(self, api: Api, me: str) -> None:
        self._api = api
        self._me = me
        self._known: OrderedDict[str, _Known] = OrderedDict()

    async def learn(self, statuses: Iterable[Status]) -> None:
        """Read all that stands above these statuses. Raises NetworkFailure, so that nothing is put in a wrong place."""
        public = [status for status in statuses if not status.direct]
        for status in public:
            self._note(status)
        grouped = (await self._api.facts()).grouped if self._unknown(public) else False
        for _ in range(_LEVELS):
            missing = list(dict.fromkeys(top for _, top in self._unknown(public)))
            if not missing:
                return
            await self._read(missing, grouped=grouped)
        for status, _ in self._unknown(public):
            await self._read_thread(status)

    def place(self, status: Status) -> Place:
        """Return what a status is to us, from what `learn` read."""
        if status.direct:
            return Place(Kind.DM)
        chain = list(self._above(status.id))
        post: str | None = None
        for identifier, ours in reversed(chain):
            if not ours:
                break
            post = identifier
        if post is not None:
            return Place(Kind.COMMENT, post)
        if status.parent is None and status.parent_author == self._me and status.author != self._me:
            # The post of ours that it stood under was deleted; the server no longer names it.
            return Place(Kind.COMMENT)
        return Place(Kind.MENTION)

    def is_context(self, status: Status) -> bool:
        """Whether a status of ours is no answer: it stands on its own, under our own posts only, or names nobody."""
        if status.author != self._me:
            return False
        if status.direct:
            return status.exchange(self._me) == exchange_of(())
        return all(ours for _, ours in self._above(status.id))

    def _above(self, identifier: str) -> Iterator[tuple[str, bool]]:
        """Yield (id, ours) of everything above a status, nearest first."""
        seen: set[str] = set()
        while (known := self._known.get(identifier)) is not None and known.parent is not None:
            if known.parent in seen:
                return
            seen.add(known.parent)
            parent = self._known.get(known.parent)
            # Of a parent that can no longer be read, its answer still says whose it was.
            ours = known.parent_ours if parent is None or parent.ours is None else parent.ours
            yield known.parent, ours
            identifier = known.parent

    def _unknown(self, statuses: Iterable[Status]) -> list[tuple[Status, str]]:
        """Return the statuses above which something is not known yet, each with the lowest unknown id."""
        found: list[tuple[Status, str]] = []
        for status in statuses:
            top = next((identifier for identifier, _ in self._above(status.id) if identifier not in self._known), None)
            if top is not None:
                found.append((status, top))
        return found

    async def _read(self, identifiers: list[str], *, grouped: bool) -> None:
        for start in range(0, len(identifiers), AT_ONCE):
            asked = identifiers[start : start + AT_ONCE]
            if grouped:
                self._note_all(await read_many(self._api, asked))
            for identifier in asked:
                if identifier not in self._known:
                    # Authors whom we mute, or whom the server limits, are left out above and are readable one by one.
                    await self._read_one(identifier)

    async def _read_one(self, identifier: str) -> None:
        try:
            answer = await self._api.get(status_path(identifier), scope="read:statuses")
        except (Gone, Refused):
            self._known[identifier] = _Known(None, parent_ours=False, ours=None)
            return
        mapping(answer.body, self._api.host)
        self._note_all([answer.body])
        self._known.setdefault(identifier, _Known(None, parent_ours=False, ours=None))

    async def _read_thread(self, status: Status) -> None:
        try:
            answer = await self._api.get(status_path(status.id, "context"), scope="read:statuses")
        except (Gone, Refused):
            return
        try:
            self._note_all(mapping(answer.body, self._api.host).items("ancestors"))
        except Shape as shape:
            raise unreadable(shape) from None

    def _note_all(self, items: Iterable[object]) -> None:
        for item in items:
            try:
                self._note(read_status(item))
            except Shape:
                # What cannot be read above a message leaves it where its own fields put it.
                continue

    def _note(self, status: Status) -> None:
        self._known[status.id] = _Known(status.parent, status.parent_author == self._me, status.author == self._me)
        self._known.move_to_end(status.id)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
