"""How far Hacker News was read: the newest time, and what was seen shortly before it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired

OVERLAP = 3 * 3600
"""Seconds before the newest item that are read again: people change what they wrote for two hours."""


@dataclass(slots=True)
class Place:
    """`at` is the newest time read, UTC seconds; `seen` the time and the mark of each item near it, by its id."""

    at: int
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: str) -> Place:
        """Read a cursor. Raises CursorExpired for one that is none of ours."""
        try:
            kept = json.loads(cursor)
            seen = {str(key): (int(at), str(mark)) for key, (at, mark) in kept["seen"].items()}
            return cls(int(kept["at"]), seen)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise CursorExpired(say("The place in the search of Hacker News is not known any more")) from None

    def __str__(self) -> str:
        """Return the place as a cursor."""
        return json.dumps({"at": self.at, "seen": self.seen}, separators=(",", ":"))

    @property
    def start(self) -> int:
        """The time from which on the search is asked again, UTC seconds."""
        return max(self.at - OVERLAP, 0)

    def after(self, read: dict[str, tuple[int, str]]) -> Place:
        """Return the place behind items that were read."""
        at = max([self.at, *(moment for moment, _mark in read.values())])
        both = {**self.seen, **read}
        return Place(at, {key: (moment, mark) for key, (moment, mark) in both.items() if moment >= at - OVERLAP})
