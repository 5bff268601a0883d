"""What is remembered of each feed: how to ask whether it has changed, and which of its articles were seen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.networks.feeds.article import Article

_ABSENT = 300
"""So many articles are remembered that are no longer in their feed: a cache may bring an older feed once more."""
_LONGEST_HEADER = 300


@dataclass(frozen=True, slots=True)
class Seen:
    """An article that was seen: what changes with its words, its twin's mark, and for one without a date, when."""

    mark: str
    twin: str
    at: int | None = None
    copy: bool = False
    """Whether another feed has brought it, so that this one never does."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one feed. Times are UTC milliseconds.

    `etag` and `changed` are the server's own marks of the last answer that was read to its end; `until` is when it may
    be asked again; `moved_to` is where it has gone for good; `gone` says that it has ended.
    """

    etag: str = ""
    changed: str = ""
    until: int = 0
    moved_to: str = ""
    gone: bool = False
    seen: dict[str, Seen] = field(default_factory=dict)


def key_of(text: str) -> str:
    """Return what a feed or an article is remembered under."""
    return sha256(text.encode()).hexdigest()[:12]


class Place:
    """What is known of all feeds; as text it is the cursor."""

    def __init__(self, known: dict[str, Known] | None = None) -> None:
        self._known = known or {}

    @classmethod
    def of(cls, cursor: str | None) -> Place:
        """Read a cursor; None is the beginning. Raises CursorExpired for one that is none of ours."""
        if cursor is None:
            return cls()
        try:
            kept = json.loads(cursor)["feeds"]
            return cls({str(key): _known(one) for key, one in kept.items()})
        except (ValueError, TypeError, KeyError, AttributeError):
            raise CursorExpired(say("What was read of the feeds is not known any more")) from None

    def __getitem__(self, address: str) -> Known:
        """Return what is known of a feed."""
        return self._known.get(key_of(address), Known())

    def note(self, address: str, **changes: Any) -> None:  # noqa: ANN401 - the fields of Known
        """Change what is known of a feed."""
        self._known[key_of(address)] = replace(self[address], **changes)

    def note_seen(self, address: str, one: Article, at: int | None, *, copy: bool = False) -> None:
        """Note an article as read; `at` for one without a date. It is UTC milliseconds."""
        seen = {key: value for key, value in self[address].seen.items() if key != key_of(one.id)}
        self.note(address, seen={**seen, key_of(one.id): Seen(one.mark, one.twin, at, copy)})

    def forget(self, address: str, there: Iterable[Article]) -> None:
        """Forget what has long been gone from a feed."""
        here = {key_of(one.id) for one in there}
        seen = self[address].seen
        absent = [key for key in seen if key not in here]
        old = set(absent[: max(len(absent) - _ABSENT, 0)])
        self.note(address, seen={key: value for key, value in seen.items() if key not in old})

    def elsewhere(self, address: str, one: Article) -> bool:
        """Whether another feed has brought an article, under the same id or with the same link and title."""
        mine, key = key_of(address), key_of(one.id)
        others = [known.seen for name, known in self._known.items() if name != mine]
        if any(key in seen and not seen[key].copy for seen in others):
            return True
        known = (other for seen in others for other in seen.values() if not other.copy)
        return bool(one.twin) and any(one.twin == other.twin for other in known)

    def cursor(self, addresses: Iterable[str]) -> str:
        """Return the place as text, with what is known of these feeds alone."""
        keys = [key_of(address) for address in addresses]
        kept = {key: _written(self._known[key]) for key in keys if key in self._known}
        return json.dumps({"feeds": kept}, separators=(",", ":"))


def header(value: str | None) -> str:
    """Return a server's mark as it can be handed back, empty for one that cannot."""
    fits = value is not None and len(value) <= _LONGEST_HEADER and value.isascii() and value.isprintable()
    return value if fits and value is not None else ""


def _written(known: Known) -> dict[str, Any]:
    seen = {key: [one.mark, one.twin, one.at or 0, int(one.copy)] for key, one in known.seen.items()}
    kept = {"e": known.etag, "c": known.changed, "u": known.until, "m": known.moved_to, "g": int(known.gone)}
    return {**{key: value for key, value in kept.items() if value}, "s": seen}


def _known(kept: dict[str, Any]) -> Known:
    seen = {
        str(key): Seen(str(mark), str(twin), int(at) or None, bool(copy))
        for key, (mark, twin, at, copy) in kept["s"].items()
    }
    etag, changed, moved_to = str(kept.get("e", "")), str(kept.get("c", "")), str(kept.get("m", ""))
    return Known(etag, changed, int(kept.get("u", 0)), moved_to, bool(kept.get("g")), seen)
