"""Where reading stands: the newest post and the newest private message, and what is known around each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired
from cminbox.networks.x.ids import first_at, instant_of, is_id

POSTS_AGAIN_MS = 35 * 60_000
"""Posts of so long are asked for again each time: half an hour long they can be edited, and X may show one late."""
MESSAGES_AGAIN_MS = 2 * 60_000
_MOST_KNOWN = 800
_MOST_ROOTS = 50


@dataclass(slots=True)
class Shore:
    """How far one list was read. `known` are ids around its newest with the version that was seen, oldest first."""

    again: int
    newest: str = ""
    known: dict[str, str] = field(default_factory=dict)
    floor: int = 0
    """The smallest id that may be news: below it, what was known is forgotten."""

    @property
    def edge(self) -> int:
        """The smallest id that is asked for; 0 where nothing was read yet."""
        moment = instant_of(self.newest)
        return self.floor if moment is None else max(first_at(moment - self.again), self.floor)

    def is_news(self, identifier: str, version: str) -> bool:
        """Whether something was not yielded yet, in this version."""
        return self.known.get(identifier) != version

    def learn(self, identifier: str, version: str) -> None:
        """Remember what is yielded."""
        self.known[identifier] = version
        if int(identifier) > int(self.newest or "0"):
            self.newest = identifier

    def forget(self, identifier: str) -> None:
        """Drop a post that no longer exists from what is remembered."""
        self.known.pop(identifier, None)

    def trim(self) -> None:
        """Forget what is not asked for any more."""
        edge = self.edge
        kept = sorted((one for one in self.known.items() if int(one[0]) >= edge), key=lambda one: int(one[0]))
        if len(kept) > _MOST_KNOWN:
            self.floor = int(kept[-_MOST_KNOWN - 1][0]) + 1
            kept = kept[-_MOST_KNOWN:]
        self.known = dict(kept)


@dataclass(slots=True)
class Place:
    """Where reading stands in all lists. `roots` are posts of ours below which people write."""

    posts: Shore = field(default_factory=lambda: Shore(POSTS_AGAIN_MS))
    messages: Shore = field(default_factory=lambda: Shore(MESSAGES_AGAIN_MS))
    roots: dict[str, None] = field(default_factory=dict)

    def learn_root(self, identifier: str) -> None:
        """Remember a post of ours."""
        self.roots.pop(identifier, None)
        self.roots[identifier] = None
        while len(self.roots) > _MOST_ROOTS:
            del self.roots[next(iter(self.roots))]


def write(place: Place) -> str:
    """Return a place as text."""
    for shore in (place.posts, place.messages):
        shore.trim()
    kept = {"p": _kept(place.posts), "m": _kept(place.messages), "r": " ".join(place.roots)}
    return json.dumps(kept, separators=(",", ":"))


def read(cursor: str | None) -> Place:
    """Return the place that a cursor names, the beginning for None. Raises CursorExpired for what is none."""
    if cursor is None:
        return Place()
    try:
        kept = json.loads(cursor)
        place = Place(_shore(kept["p"], POSTS_AGAIN_MS), _shore(kept["m"], MESSAGES_AGAIN_MS))
        place.roots = dict.fromkeys(_ids(kept["r"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CursorExpired(say("The place where reading X stopped is not known any more")) from None
    return place


def _kept(shore: Shore) -> list[str]:
    known = (one if one == version else f"{one}:{version}" for one, version in shore.known.items())
    return [shore.newest, " ".join(known), str(shore.floor)]


def _shore(kept: list[str], again: int) -> Shore:
    newest, known, floor = kept
    if newest:
        _ids(newest)
    pairs = (word.partition(":") for word in known.split())
    found = {one: version or one for one, _, version in pairs}
    _ids(" ".join(found))
    return Shore(again, newest, found, int(floor))


def _ids(text: str) -> list[str]:
    found = text.split()
    if not all(is_id(one) for one in found):
        raise ValueError("no ids")
    return found
