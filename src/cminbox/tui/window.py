"""The part of a long list that is held in memory: it grows where one goes and is cut off where one came from.

A list of a million rows costs what a list of a thousand costs. Rows never move by themselves: what was handled stays
where it stood and what has arrived waits, until the list is loaded again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from cminbox.domain.filter import order_of, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.filter import Filter
    from cminbox.inbox.reading import Place, Placed

PAGE = 100
KEPT = 1000
_MARGIN = 60


class Fetch(Protocol):
    """Reads rows that follow a place in the order of a list, or those before it."""

    def __call__(
        self,
        wanted: Filter | None = None,
        *,
        after: Place | None = None,
        backwards: bool = False,
        limit: int = 200,
    ) -> list[Placed]:
        """Return at most `limit` rows."""


class Window:
    """A contiguous stretch of one list."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._wanted: Filter | None = None
        self._rows: list[Placed] = []
        self._first: Place | None = None
        self._last: Place | None = None
        self._index: dict[int, int] = {}
        self.at_start = True
        self.at_end = True

    def __len__(self) -> int:
        """Return how many rows are held."""
        return len(self._rows)

    def __getitem__(self, index: int) -> Placed:
        """Return a row with its place."""
        return self._rows[index]

    def ids(self) -> Iterator[int]:
        """Yield the ids of the rows that are held."""
        return iter(self._index)

    def index(self, conversation_id: int) -> int | None:
        """Return where a conversation stands, None when it is not held."""
        return self._index.get(conversation_id)

    def row(self, conversation_id: int) -> QueueRow:
        """Return the row of a conversation that is held. Raises KeyError."""
        return self._rows[self._index[conversation_id]].row

    def load(self, wanted: Filter | None, around: Place | None = None) -> int:
        """Read the list anew, around a place or from its start; return the index of what stands at the place now."""
        self._wanted = wanted
        before = [] if around is None else self._read(around, backwards=True)
        after = self._read(before[-1].place if before else None)
        self._replace(before + after)
        self.at_start = len(before) < PAGE
        self.at_end = len(after) < PAGE
        return min(len(before), max(0, len(self._rows) - 1))

    def load_end(self) -> int:
        """Go to the end of the list; return the index of the last row."""
        if not self.at_end:
            self._replace(self._read(None, backwards=True))
            self.at_start, self.at_end = len(self._rows) < PAGE, True
        return max(0, len(self._rows) - 1)

    def load_start(self) -> int:
        """Go to the start of the list; return 0."""
        if not self.at_start:
            self.load(self._wanted)
        return 0

    def reach(self, first: int, last: int) -> int:
        """Hold rows well beyond both indexes; return by how much indexes have moved (negative: towards the start)."""
        moved = 0
        if last + _MARGIN >= len(self._rows) and not self.at_end:
            moved += self._grow_down()
        if first + moved < _MARGIN and not self.at_start:
            moved += self._grow_up()
        return moved

    def update(self, rows: Mapping[int, QueueRow]) -> list[int]:
        """Take newer versions of rows over, each where it stands; return the indexes of those that look different."""
        changed = []
        for conversation_id, row in rows.items():
            index = self._index.get(conversation_id)
            if index is not None and self._rows[index].row != row:
                self._rows[index] = replace(self._rows[index], row=row)
                changed.append(index)
        return changed

    def covers(self, row: QueueRow) -> bool:
        """Whether a row that is not held would stand between those that are, so that loading again would show it."""
        order = order_of(self._wanted)
        key = place_of(row, order)
        if key is None or not self._rows:
            return self.at_start and self.at_end
        first, last = self._rows[0].place.key, self._rows[-1].place.key
        if not order.rising:
            first, last, key = -first, -last, -key
        return (self.at_start or key >= first) and (self.at_end or key <= last)

    def ordered_otherwise(self, wanted: Filter | None) -> bool:
        """Whether a list with this filter has another order, so that a place in this one means nothing in it."""
        return order_of(wanted) is not order_of(self._wanted)

    def _read(self, place: Place | None, *, backwards: bool = False) -> list[Placed]:
        return self._fetch(self._wanted, after=place, backwards=backwards, limit=PAGE)

    def _replace(self, rows: list[Placed]) -> None:
        self._rows = rows
        # Where reading goes on: rows that were left out because they stand elsewhere by now count as read.
        self._first = rows[0].place if rows else None
        self._last = rows[-1].place if rows else None
        self._reindex()

    def _grow_down(self) -> int:
        found = self._read(self._last)
        self.at_end = len(found) < PAGE
        self._rows += self._fresh(found)
        self._last = found[-1].place if found else self._last
        surplus = max(0, len(self._rows) - KEPT)
        if surplus:
            del self._rows[:surplus]
            self._first = self._rows[0].place
            self.at_start = False
        self._reindex()
        return -surplus

    def _grow_up(self) -> int:
        found = self._read(self._first, backwards=True)
        self.at_start = len(found) < PAGE
        fresh = self._fresh(found)
        self._rows = fresh + self._rows
        self._first = found[0].place if found else self._first
        if len(self._rows) > KEPT:
            del self._rows[KEPT:]
            self._last = self._rows[-1].place
            self.at_end = False
        self._reindex()
        return len(fresh)

    def _fresh(self, found: Iterable[Placed]) -> list[Placed]:
        """Leave out what is held already at another place: it has moved since, and stays where it was seen."""
        return [one for one in found if one.row.id not in self._index]

    def _reindex(self) -> None:
        self._index = {one.row.id: index for index, one in enumerate(self._rows)}
