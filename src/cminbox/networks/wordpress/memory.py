"""What a cursor remembers: which comments and reviews of late were yielded, and what they said.

WordPress tells nobody of edits, approvals and deletions: they are found by comparing. The cursor holds ids and figures
only: no text, no name, no credentials.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired

if TYPE_CHECKING:
    from cminbox.networks.wordpress.comments import Entry

MOST_KNOWN = 400
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """What was yielded of a comment: its words and standing, and its words alone, as figures."""

    whole: int
    words: int


@dataclass(slots=True)
class Memory:
    """What was yielded of one list. Times are UTC milliseconds.

    What is not among the known and is not above the id `floor`, or was written before `since`, is done with. Until
    `caught_up` the list is read from the oldest on, from a little before `read_to`.
    """

    since: int
    floor: int = 0
    read_to: int = 0
    caught_up: bool = False
    looked_at: int = 0
    known: dict[int, Mark] = field(default_factory=dict)

    def is_news(self, entry: Entry) -> bool:
        """Whether it says something that was not yielded yet."""
        mark = self.known.get(entry.id)
        if mark is None:
            return entry.id > self.floor and entry.at >= self.since
        return mark.whole != entry.mark

    def is_edited(self, entry: Entry) -> bool:
        """Whether its words are others than those that were yielded."""
        mark = self.known.get(entry.id)
        return mark is not None and mark.words != entry.words

    def learn(self, entry: Entry, now: int) -> None:
        """Remember that it was yielded."""
        self.known[entry.id] = Mark(entry.mark, entry.words)
        if entry.at <= now:
            # What bears a time to come says nothing of how far the list was read.
            self.read_to = max(self.read_to, entry.at)
        while len(self.known) > MOST_KNOWN:
            oldest = min(self.known)
            del self.known[oldest]
            # What is forgotten must not come again as something new.
            self.floor = max(self.floor, oldest)

    def forget(self, identifier: int) -> None:
        """Drop what no longer exists; what comes back out of the trash is new."""
        self.known.pop(identifier, None)


def write_cursor(memories: dict[str, Memory]) -> str:
    """Return a cursor over all lists, by their names. It holds ids, times and marks only: no text and no name."""
    lists = {
        name: {
            "since": one.since,
            "floor": one.floor,
            "to": one.read_to,
            "whole": one.caught_up,
            "looked": one.looked_at,
            "known": [[identifier, mark.whole, mark.words] for identifier, mark in one.known.items()],
        }
        for name, one in memories.items()
    }
    return json.dumps({"v": _VERSION, "lists": lists}, separators=(",", ":"))


def read_cursor(text: str | None) -> dict[str, Memory]:
    """Read what `write_cursor` wrote; None is the very beginning. Raises CursorExpired for anything else."""
    if text is None:
        return {}
    try:
        return _memories(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise CursorExpired(say("The place to which the site was read is not known any more")) from None


def _memories(data: Any) -> dict[str, Memory]:  # noqa: ANN401 - any JSON
    if data["v"] != _VERSION:
        raise ValueError("another version")
    return {str(name): _memory(one) for name, one in data["lists"].items()}


def _memory(data: Any) -> Memory:  # noqa: ANN401 - any JSON
    memory = Memory(int(data["since"]), int(data["floor"]), int(data["to"]), bool(data["whole"]), int(data["looked"]))
    for identifier, whole, words in data["known"]:
        memory.known[int(identifier)] = Mark(int(whole), int(words))
    return memory
