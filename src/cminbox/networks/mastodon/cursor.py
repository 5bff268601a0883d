"""What a cursor of this network holds: a bookmark per list, and what was yielded last."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.networks.mastodon.lists import Bookmark, expired
from cminbox.networks.mastodon.statuses import mark

if TYPE_CHECKING:
    from cminbox.networks.mastodon.lists import Entry, Feed

LISTS = ("notifications", "statuses", "conversations")
_VERSION = 1
_REMEMBERED = 400
_UNREADABLE = "?"


class Memory:
    """The ids that were yielded last, with a mark that tells an edited message from the one already yielded.

    The lists overlap on purpose; this keeps a message from coming twice, and says which ones are worth a second look.
    """

    def __init__(self, marks: OrderedDict[str, int]) -> None:
        self.marks = marks
        self._seen: set[str] = set()

    def is_news(self, entry: Entry) -> bool:
        """Whether an entry says something that was not yielded yet; remembers it."""
        if entry.message is None and entry.skipped is None:
            return False
        self._seen.add(entry.key)
        new = 0 if entry.message is None else mark(entry.message)
        if self.marks.get(entry.key) == new:
            return False
        self.marks[entry.key] = new
        while len(self.marks) > _REMEMBERED:
            self.marks.popitem(last=False)
        return True

    def knows(self, key: str) -> bool:
        """Whether it was yielded lately."""
        return key in self.marks

    def forget(self, key: str) -> None:
        """Drop what no longer exists."""
        self.marks.pop(key, None)

    def unseen(self) -> list[str]:
        """Return the ids of known messages that this fetch has not come across, newest first."""
        return [key for key in reversed(self.marks) if key not in self._seen and not key.startswith(_UNREADABLE)]


@dataclass(slots=True)
class Progress:
    """How far all lists were read."""

    bookmarks: dict[str, Bookmark] = field(default_factory=dict)
    memory: Memory = field(default_factory=lambda: Memory(OrderedDict()))


def write_cursor(feeds: dict[str, Feed], memory: Memory) -> str:
    """Return a cursor. It holds ids only: no text, no name, no credentials."""
    lists = {name: feed.bookmark.to_json() for name, feed in feeds.items()}
    data = {"v": _VERSION, "lists": lists, "known": list(memory.marks.items())}
    return json.dumps(data, separators=(",", ":"))


def read_cursor(text: str | None) -> Progress:
    """Read what `write_cursor` wrote; None is the very beginning. Raises CursorExpired for anything else."""
    if text is None:
        return Progress({name: Bookmark() for name in LISTS})
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise expired() from None
    if not isinstance(data, dict) or data.get("v") != _VERSION or not isinstance(data.get("lists"), dict):
        raise expired()
    bookmarks = {name: Bookmark.from_json(data["lists"].get(name)) for name in LISTS}
    return Progress(bookmarks, Memory(OrderedDict(_marks(data.get("known")))))


def _marks(known: object) -> list[tuple[str, int]]:
    if not isinstance(known, list):
        raise expired()
    marks: list[tuple[str, int]] = []
    for item in known:
        match item:
            case [str(key), int(figure)]:
                marks.append((key, figure))
            case _:
                raise expired()
    return marks
