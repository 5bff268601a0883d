"""What a cursor of this network holds: what was yielded lately, and the place before which everything counts as known.

Facebook lists newest first and gives times in whole seconds. What is new is what stands behind the floor and is not
remembered; when the memory is full, its oldest entry becomes the floor.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying

_VERSION = 1
REMEMBERED = 600
_SURE = 100
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something read: a message, or the sentence that says why it could not be read."""

    key: Key
    message: Message | None = None
    skipped: Saying | None = None

    @property
    def mark(self) -> int:
        """A figure that changes when somebody edits the text."""
        return 0 if self.message is None else crc32(self.message.text.encode())


@dataclass(slots=True)
class Memory:
    """What was yielded last: times (UTC milliseconds) and marks by id.

    `deep_at` is when the older posts were last looked through; `there` are ids that are missing in a list although
    they exist.
    """

    floor: Key = (0, "")
    known: dict[str, tuple[int, int]] = field(default_factory=dict)
    there: list[str] = field(default_factory=list)
    deep_at: int = 0

    def is_news(self, entry: Entry) -> bool:
        """Whether an entry says something that was not yielded yet."""
        known = self.known.get(entry.key[1])
        if known is None:
            return entry.key > self.floor
        return entry.message is not None and known[1] != entry.mark

    def remember(self, entry: Entry) -> None:
        """Take note of what is yielded; entries come oldest first."""
        self.known[entry.key[1]] = (entry.key[0], entry.mark)
        if len(self.known) > REMEMBERED:
            at, identifier = min((at, identifier) for identifier, (at, _mark) in self.known.items())
            del self.known[identifier]
            self.floor = max(self.floor, (at, identifier))

    def exists(self, identifier: str) -> None:
        """Note that something exists although the list leaves it out."""
        self.there = [*self.there, identifier][-_SURE:]

    def forget(self, identifier: str) -> None:
        """Drop what no longer exists."""
        self.known.pop(identifier, None)


def write_cursor(memory: Memory) -> str:
    """Return a cursor. It holds ids, times and marks only: no text, no name, no credentials."""
    data = {
        "v": _VERSION,
        "floor": list(memory.floor),
        "known": [[identifier, at, mark] for identifier, (at, mark) in memory.known.items()],
        "there": memory.there,
        "deep": memory.deep_at,
    }
    return json.dumps(data, separators=(",", ":"))


def read_cursor(text: str | None, since: int) -> Memory:
    """Read what `write_cursor` wrote; None begins at `since`. Raises CursorExpired for anything else."""
    if text is None:
        return Memory(floor=(since, ""))
    try:
        match json.loads(text):
            case {"v": 1, "floor": [int(at), str(key)], "known": list(known), "there": list(there), "deep": int(deep)}:
                return Memory((at, key), _known(known), [one for one in there if isinstance(one, str)], deep)
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


def _expired() -> CursorExpired:
    return CursorExpired(say("The place where reading stopped cannot be read any more"))
