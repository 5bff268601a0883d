"""What a cursor of this network holds: the place in the notifications, and the posts that mention us.

Notifications are asked for by time. Each is asked for again until it is an hour old, because LinkedIn does not promise
that they come in order; which of them were taken is remembered for as long.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired
from cminbox.networks.linkedin.account import WORDS_SECONDS
from cminbox.networks.linkedin.urns import CommentName

if TYPE_CHECKING:
    from cminbox.networks.linkedin.entities import Comment, Notice

OVERLAP_MS = 3_600_000
KEPT_MS = 60 * 24 * 3_600_000
"""So long LinkedIn keeps notifications."""
MOST_WATCHED = 20
WATCHED_MS = 7 * 24 * 3_600_000
MOST_REMEMBERED = 200
"""A post with so many comments is no longer followed: it is not about us."""
_MINUTE_MS = 60_000
_EVERY = ((60 * _MINUTE_MS, 0), (24 * 60 * _MINUTE_MS, 15 * _MINUTE_MS), (WATCHED_MS, 60 * _MINUTE_MS))
"""How often the comments below a post that mentions us are read, by its age: nothing announces them."""
_VERSION = 1


@dataclass(slots=True)
class Watched:
    """A post that mentions us: its age and when it was looked at (UTC milliseconds), and marks of comments by number.

    `thread` is how its comments name it.
    """

    since: int
    looked_at: int = 0
    thread: str = ""
    known: dict[str, int] = field(default_factory=dict)

    def due(self, now: int) -> bool:
        """Whether it is time to look at its comments again."""
        age = max(now - self.since, 0)
        return any(age < younger and now - self.looked_at >= pause for younger, pause in _EVERY)

    def is_news(self, comment: Comment) -> bool:
        """Whether a comment was not yielded yet as it is."""
        return self.known.get(comment.name.number) != comment.mark

    def learn(self, comment: Comment) -> None:
        """Take note of a comment that is yielded."""
        self.known[comment.name.number] = comment.mark
        self.thread = comment.name.thread

    def forget(self, there: set[str]) -> list[CommentName]:
        """Drop the comments that are not there any more; return their names."""
        gone = [number for number in self.known if number not in there]
        for number in gone:
            del self.known[number]
        return [CommentName(self.thread, number) for number in gone]


@dataclass(slots=True)
class Memory:
    """The place in the notifications. Times are UTC milliseconds; `read_at` is when a reading was last complete."""

    floor: int
    upto: int
    read_at: int = 0
    known: dict[str, int] = field(default_factory=dict)
    watched: dict[str, Watched] = field(default_factory=dict)

    def start(self, now: int) -> int:
        """Return from when on notifications are asked for: nothing before the floor counts."""
        return min(max(self.upto - OVERLAP_MS, self.floor, now - KEPT_MS), now - 1)

    def is_news(self, notice: Notice) -> bool:
        """Whether a notification was not taken yet."""
        return notice.id not in self.known

    def learn(self, notice: Notice) -> None:
        """Take note of a notification; they come oldest first."""
        self.known[notice.id] = notice.at
        if notice.at > self.upto:
            self.upto = notice.at
            edge = self.upto - OVERLAP_MS
            self.known = {name: at for name, at in self.known.items() if at >= edge}

    def watch(self, urn: str, at: int, now: int) -> None:
        """Keep an eye on a post, on the newest of them if they are many."""
        if now - at < WATCHED_MS:
            self.watched.setdefault(urn, Watched(at))
        while len(self.watched) > MOST_WATCHED:
            self.watched.pop(next(iter(self.watched)))

    def let_go(self, now: int) -> None:
        """Drop the posts that are too old, or below which too many write."""
        self.watched = {
            urn: one
            for urn, one in self.watched.items()
            if now - one.since < WATCHED_MS and len(one.known) < MOST_REMEMBERED
        }


def write_cursor(memory: Memory) -> str:
    """Return a cursor. It holds names, times and marks only: no text, no person, no credentials."""
    data = {
        "v": _VERSION,
        "at": [memory.floor, memory.upto, memory.read_at],
        "known": list(memory.known.items()),
        "watched": [
            [urn, one.since, one.looked_at, one.thread, list(one.known.items())] for urn, one in memory.watched.items()
        ],
    }
    return json.dumps(data, separators=(",", ":"))


def read_cursor(text: str | None, since: int, now: int) -> Memory:
    """Read what `write_cursor` wrote; None is the very beginning. Raises CursorExpired for anything else.

    At the beginning nothing is read that is older than what may be stored: each comment would cost a call. `now` and
    `since` are UTC milliseconds.
    """
    if text is None:
        floor = max(since, now - WORDS_SECONDS * 1000)
        return Memory(floor, floor)
    try:
        return _memory(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise CursorExpired(say("The place where LinkedIn was read to is not known any more")) from None


def _memory(data: Any) -> Memory:  # noqa: ANN401 - any JSON
    if data["v"] != _VERSION:
        raise ValueError("another version")
    floor, upto, read_at = data["at"]
    memory = Memory(int(floor), int(upto), int(read_at))
    memory.known = {str(name): int(at) for name, at in data["known"]}
    for urn, at, looked_at, thread, known in data["watched"]:
        marks = {str(name): int(mark) for name, mark in known}
        memory.watched[str(urn)] = Watched(int(at), int(looked_at), str(thread), marks)
    return memory
