"""What a cursor of this network holds: a place in each list of posts, what was yielded last, what awaits review."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired

LISTS = ("public", "private")
_VERSION = 1
_REMEMBERED = 200
_MOST_PENDING = 200


@dataclass(slots=True)
class Place:
    """How far a list of posts was read, by their numbers.

    `at` is the last one that was passed; None as long as the beginning is looked for, of which `back` is the number
    reached so far. `known` are those yielded lately, each with a mark that tells an edited one from the one yielded.
    """

    at: int | None = None
    back: int | None = None
    known: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def is_news(self, key: str, mark: int) -> bool:
        """Whether this was not yielded yet; remembers it."""
        if self.known.get(key) == mark:
            return False
        self.known[key] = mark
        self.known.move_to_end(key)
        while len(self.known) > _REMEMBERED:
            self.known.popitem(last=False)
        return True

    def to_json(self) -> dict[str, Any]:
        """Return a form for a cursor."""
        return {"at": self.at, "back": self.back, "known": list(self.known.items())}


@dataclass(slots=True)
class Progress:
    """How far all lists were read. `newest` is when the newest post that was passed was written (UTC milliseconds)."""

    places: dict[str, Place] = field(default_factory=lambda: {name: Place() for name in LISTS})
    pending: dict[str, str] = field(default_factory=dict)
    """What awaited review, by its number there, with the post that it is about, if any."""
    newest: int = 0

    def write(self) -> str:
        """Return the cursor: numbers only, no text, no name, no credentials."""
        lists = {name: place.to_json() for name, place in self.places.items()}
        pending = dict(list(self.pending.items())[-_MOST_PENDING:])
        data = {"v": _VERSION, "lists": lists, "pending": pending, "newest": self.newest}
        return json.dumps(data, separators=(",", ":"))


def read_cursor(text: str | None) -> Progress:
    """Read what `write` wrote; None is the very beginning. Raises CursorExpired for anything else."""
    if text is None:
        return Progress()
    try:
        data = json.loads(text)
        if data["v"] != _VERSION:
            raise expired()
        places = {name: _place(data["lists"][name]) for name in LISTS}
        pending = {str(key): str(value) for key, value in data["pending"].items()}
        return Progress(places, pending, int(data["newest"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise expired() from None


def _place(data: dict[str, Any]) -> Place:
    at, back = data["at"], data["back"]
    known = OrderedDict((str(key), int(mark)) for key, mark in data["known"])
    return Place(None if at is None else int(at), None if back is None else int(back), known)


def expired() -> CursorExpired:
    """Return the failure for a cursor that is none of ours."""
    return CursorExpired(say("The place to resume reading at is not known; the history is read again"))
