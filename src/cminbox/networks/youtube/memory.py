"""What a cursor remembers: the threads of late with their replies, what waits for review, and places in live chats.

YouTube has no place to go on at: its lists begin with the newest and are read until what is known. So the cursor is
what is known. It holds ids and figures only: no text, no name, no credentials.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired

if TYPE_CHECKING:
    from cminbox.networks.youtube.comments import Comment

MOST_THREADS = 400
MOST_COMMENTS = 1_500
MOST_WAITING = 500
UNCERTAIN = -1
ANY_TIME = 1
"""The instant up to which everything was yielded, where that says nothing: the lists are read to their floor again."""
_VERSION = 1
_UNKNOWN = -1


@dataclass(slots=True)
class Known:
    """A thread that was yielded. `total` is how many replies it had when all of them were; times are UTC ms."""

    at: int
    mark: int = _UNKNOWN
    total: int = UNCERTAIN
    replies: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChatPlace:
    """A place in a live chat, and when (UTC milliseconds) it may be asked again."""

    video: str
    token: str
    next_at: int


@dataclass(slots=True)
class Memory:
    """All of it. Times are UTC milliseconds; before `floor` everything is done with.

    While a fetch is yielding, everything before `upto` was yielded, but replies below older threads may still come;
    `passed` is what the floor becomes when all was yielded.
    """

    floor: int
    passed: int = 0
    upto: int = 0
    threads: OrderedDict[str, Known] = field(default_factory=OrderedDict)
    waiting: OrderedDict[str, int] = field(default_factory=OrderedDict)
    chats: dict[str, ChatPlace] = field(default_factory=dict)
    queues_at: int = 0
    streams_at: int = 0

    def is_news(self, comment: Comment) -> bool:
        """Whether a comment says something that was not yielded yet."""
        known = self.threads.get(comment.top)
        if comment.parent is None:
            if known is None or known.mark == _UNKNOWN:
                return self._is_young(comment)
            return known.mark != comment.mark
        mark = known.replies.get(comment.id) if known is not None else None
        return self._is_young(comment) if mark is None else mark != comment.mark

    def is_new_thread(self, comment: Comment) -> bool:
        """Whether the thread of a first comment is not known, and young enough."""
        return comment.id not in self.threads and comment.at >= self.floor

    def yielded(self, upto: int) -> None:
        """Remember that a page was yielded which ends at an instant."""
        self.upto = max(self.upto, upto)

    def settle(self) -> None:
        """Remember that all was yielded."""
        self.floor, self.passed, self.upto = max(self.floor, self.passed), 0, 0

    def learn(self, comment: Comment) -> None:
        """Remember that a comment was yielded."""
        self.waiting.pop(comment.id, None)
        known = self.threads.setdefault(comment.top, Known(comment.at))
        self.threads.move_to_end(comment.top)
        if comment.parent is None:
            known.at, known.mark = comment.at, comment.mark
        else:
            known.replies[comment.id] = comment.mark
        self._shrink()

    def forget(self, identifier: str) -> None:
        """Drop what no longer exists."""
        self.waiting.pop(identifier, None)
        self.threads.pop(identifier, None)
        for known in self.threads.values():
            known.replies.pop(identifier, None)

    def wait(self, comment: Comment) -> None:
        """Remember that a comment that waits for review was yielded."""
        self.waiting[comment.id] = comment.mark
        while len(self.waiting) > MOST_WAITING:
            self.waiting.popitem(last=False)

    def _shrink(self) -> None:
        entries = len(self.threads) + sum(len(known.replies) for known in self.threads.values())
        while len(self.threads) > 1 and (len(self.threads) > MOST_THREADS or entries > MOST_COMMENTS):
            _, known = self.threads.popitem(last=False)
            entries -= 1 + len(known.replies)
            # What is forgotten must not come again as something new.
            self.passed = max(self.passed, known.at + 1)

    def _is_young(self, comment: Comment) -> bool:
        return comment.at >= max(self.floor, self.upto)


def write_cursor(memory: Memory) -> str:
    """Return a cursor, which `read_cursor` reads: ids, times, marks and page tokens, no text and no name."""
    threads = [
        [name, known.at, known.mark, known.total, [[_short(name, one), mark] for one, mark in known.replies.items()]]
        for name, known in memory.threads.items()
    ]
    data = {
        "v": _VERSION,
        "floor": [memory.floor, memory.passed, memory.upto],
        "threads": threads,
        "waiting": list(memory.waiting.items()),
        "chats": [[name, place.video, place.token, place.next_at] for name, place in memory.chats.items()],
        "looked": [memory.queues_at, memory.streams_at],
    }
    return json.dumps(data, separators=(",", ":"))


def read_cursor(text: str | None, since: int) -> Memory:
    """Read what `write_cursor` wrote; None is the very beginning. Raises CursorExpired for anything else.

    `since` is UTC milliseconds.
    """
    if text is None:
        return Memory(since)
    try:
        data = json.loads(text)
        return _memory(data)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise CursorExpired(say("The place where YouTube was read to is not known any more")) from None


def _memory(data: Any) -> Memory:  # noqa: ANN401 - any JSON
    if data["v"] != _VERSION:
        raise ValueError("another version")
    queues_at, streams_at = (int(moment) for moment in data["looked"])
    floor, passed, upto = (int(moment) for moment in data["floor"])
    memory = Memory(floor, passed, upto, queues_at=queues_at, streams_at=streams_at)
    for name, at, mark, total, replies in data["threads"]:
        below = {_long(str(name), str(one)): int(figure) for one, figure in replies}
        memory.threads[str(name)] = Known(int(at), int(mark), int(total), below)
    for name, mark in data["waiting"]:
        memory.waiting[str(name)] = int(mark)
    for name, video, token, next_at in data["chats"]:
        memory.chats[str(name)] = ChatPlace(str(video), str(token), int(next_at))
    return memory


def _short(thread: str, reply: str) -> str:
    """Return a reply's id without that of its thread, with which it usually begins."""
    return reply.removeprefix(thread) if reply.startswith(f"{thread}.") else reply


def _long(thread: str, short: str) -> str:
    return thread + short if short.startswith(".") else short
