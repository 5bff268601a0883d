"""What a cursor over Meta's lists holds: what was yielded lately, and before which time all counts as known.

They come newest first and give times in whole seconds. What is new is what is later than the floor and is not
remembered; when the memory is full, all entries of its oldest second go, and that becomes the floor.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from cminbox.domain.saying import say
from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import CursorExpired

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying

_VERSION = 1
REMEMBERED = 600
PAGE = 40
_SURE = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """Something read, at a time (UTC milliseconds): a message, or the sentence that says why it is none."""

    at: int
    identifier: str
    message: Message | None = None
    skipped: Saying | None = None

    @property
    def mark(self) -> int:
        """A figure that changes when somebody edits the text."""
        return 0 if self.message is None else crc32(self.message.text.encode())


@dataclass(slots=True)
class Memory:
    """What was yielded last: times (UTC milliseconds) and marks by id. All up to `floor` counts as known.

    `deep_at` is when the older posts were last looked through; `there` are ids that are missing in a list although
    they exist; `counts` is how much stood under a post when it was last read; `place` is how far something beside the
    lists was read.
    """

    floor: int = 0
    known: dict[str, tuple[int, int]] = field(default_factory=dict)
    there: list[str] = field(default_factory=list)
    deep_at: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    place: int = 0

    def is_news(self, entry: Entry) -> bool:
        """Whether an entry says something that was not yielded yet."""
        known = self.known.get(entry.identifier)
        if known is None:
            return entry.at > self.floor
        return entry.message is not None and known[1] != entry.mark

    def remember(self, entry: Entry) -> None:
        """Take note of what is yielded; entries come oldest first."""
        self.known[entry.identifier] = (entry.at, entry.mark)
        if len(self.known) <= REMEMBERED:
            return
        times = [at for at, _mark in self.known.values()]
        oldest = min(times)
        if oldest < max(times):
            # A crowd of one second stays whole: more of it may still have to be yielded.
            self.known = {identifier: row for identifier, row in self.known.items() if row[0] > oldest}
            self.floor = max(self.floor, oldest)

    def remember_all(self, entries: Iterable[Entry]) -> None:
        """Take note of a page that is yielded."""
        for entry in entries:
            self.remember(entry)

    def exists(self, identifier: str) -> None:
        """Note that something exists although the list leaves it out."""
        self.there = [*self.there, identifier][-_SURE:]

    def forget(self, identifier: str) -> None:
        """Drop what no longer exists."""
        self.known.pop(identifier, None)


def in_pages(found: Iterable[Entry]) -> list[list[Entry]]:
    """Return what was found newest first in pages, oldest first; at least one page, which may be empty."""
    news = list(found)
    # Turned round, what bears the same second is in its order.
    news.reverse()
    news.sort(key=lambda entry: entry.at)
    return [news[start : start + PAGE] for start in range(0, len(news), PAGE)] or [[]]


def page_of(
    entries: Sequence[Entry], cursor: str, deleted: tuple[str, ...] = (), problems: Sequence[Saying] = ()
) -> Page:
    """Return the page that holds entries; `problems` are told beside those that are none of messages."""
    messages = tuple(entry.message for entry in entries if entry.message is not None)
    skipped = (*(entry.skipped for entry in entries if entry.skipped is not None), *problems)
    return Page(messages, cursor, deleted, skipped)


def write_cursor(memory: Memory) -> str:
    """Return a cursor. It holds ids, times and marks only: no text, no name, no credentials."""
    data: dict[str, object] = {
        "v": _VERSION,
        "floor": memory.floor,
        "known": [[identifier, at, mark] for identifier, (at, mark) in memory.known.items()],
        "there": memory.there,
        "deep": memory.deep_at,
    }
    if memory.counts or memory.place:
        data |= {"counts": memory.counts, "place": memory.place}
    return json.dumps(data, separators=(",", ":"))


def read_cursor(text: str | None, since: int) -> Memory:
    """Read what `write_cursor` wrote; None begins at `since`. Raises CursorExpired for anything else."""
    if text is None:
        return Memory(floor=since - 1)
    try:
        match json.loads(text):
            case {"v": 1, "floor": int(at), "known": list(known), "there": list(there), "deep": int(deep), **more}:
                sure = [one for one in there if isinstance(one, str)]
                return Memory(at, _known(known), sure, deep, _counts(more.get("counts")), _place(more.get("place")))
    except (ValueError, RecursionError):
        pass
    raise _expired()


def _known(rows: list[object]) -> dict[str, tuple[int, int]]:
    known: dict[str, tuple[int, int]] = {}
    for row in rows:
        match row:
            case [str(identifier), int(at), int(mark)]:
                known[identifier] = (at, mark)
            case _:
                raise _expired()
    return known


def _counts(given: object) -> dict[str, int]:
    rows = given.items() if isinstance(given, dict) else ()
    return {name: amount for name, amount in rows if isinstance(name, str) and isinstance(amount, int)}


def _place(given: object) -> int:
    return given if isinstance(given, int) else 0


def _expired() -> CursorExpired:
    return CursorExpired(say("The place where reading stopped cannot be read any more"))
