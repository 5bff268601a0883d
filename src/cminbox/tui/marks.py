"""Which conversations an act is meant for besides the chosen one: marked rows, and a range that every move extends.

Marks are numbers of conversations, so they outlive every refresh and every row that leaves the window.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.inbox.reading import Place
    from cminbox.tui.desk import Desk


@dataclass(slots=True)
class Marks:
    """What one has marked in a list, in the order in which it was marked."""

    ids: dict[int, None] = field(default_factory=dict)
    anchor: Place | None = None
    """Where a range began that is still being drawn."""
    latest: Place | None = None
    """Where one marked last: a range to another row can begin there."""

    version: int = 0
    """Grows with every change."""

    @property
    def some(self) -> bool:
        """Whether anything is marked, or a range is being drawn."""
        return bool(self.ids) or self.anchor is not None

    def toggle(self, conversation_id: int, place: Place) -> None:
        """Mark a row, or mark it no more."""
        self.version += 1
        if conversation_id in self.ids:
            del self.ids[conversation_id]
        else:
            self.ids[conversation_id] = None
        self.latest = place

    def add(self, ids: Iterable[int]) -> None:
        """Mark several rows."""
        self.version += 1
        self.ids.update(dict.fromkeys(ids))

    def drop(self, ids: Iterable[int]) -> None:
        """Mark these rows no more."""
        self.version += 1
        for one in ids:
            self.ids.pop(one, None)

    def clear(self) -> None:
        """Mark nothing."""
        self.version += 1
        self.ids.clear()
        self.anchor = self.latest = None


def between(first: Place, last: Place, place: Place) -> bool:
    """Whether a place lies between two others or is one of them, whichever way the list runs."""
    low, high = sorted(((first.key, first.id), (last.key, last.id)))
    return low <= (place.key, place.id) <= high


def unseen(desk: Desk) -> set[int]:
    """Return what has come and would stand among the lines that are read: who marks them all cannot mean it."""
    window, found = desk.window, [one for one in desk.arrivals if desk.window.index(one) is None]
    rows = desk.session.reading.rows(found) if found else {}
    return {one for one, row in rows.items() if window.covers(row)}
