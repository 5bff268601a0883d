"""The cursor of a Bluesky account: how far notifications, own posts and direct messages have been read."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired

VERSION = 1
KNOWN_MOST = 500
"""How many notifications are remembered one by one; older ones are told apart by the store alone."""
_TIME_BYTES, _KEY_BYTES = 6, 6


def key_of(uri: str) -> bytes:
    """Return a short stand-in for an address: two different ones of the few remembered never meet in practice."""
    return hashlib.sha256(uri.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]


@dataclass(frozen=True, slots=True)
class Known:
    """The newest notifications that were delivered, as (instant, key) in order; complete from `since` on.

    Instants are the server's own (UTC milliseconds). What is older than `since` may or may not have been delivered.
    """

    since: int
    seen: tuple[tuple[int, bytes], ...] = ()

    def keys(self) -> frozenset[bytes]:
        """Return all that are remembered."""
        return frozenset(key for _, key in self.seen)

    def and_these(self, found: list[tuple[int, bytes]]) -> Known:
        """Return this with more delivered; the oldest are forgotten, and completeness begins after them."""
        merged = sorted({key: instant for instant, key in (*self.seen, *found)}.items(), key=lambda one: one[1])
        forgotten = merged[:-KNOWN_MOST] if len(merged) > KNOWN_MOST else []
        since = max(self.since, forgotten[-1][1] + 1) if forgotten else self.since
        kept = tuple((instant, key) for key, instant in merged[len(forgotten) :])
        return Known(since, kept)

    def packed(self) -> str:
        """Return a text of 16 letters for each."""
        raw = b"".join(max(0, instant).to_bytes(_TIME_BYTES) + key for instant, key in self.seen)
        return base64.b64encode(raw).decode()

    @classmethod
    def unpacked(cls, since: int, text: str) -> Known:
        """Read what `packed` wrote. Raises ValueError."""
        raw = base64.b64decode(text, validate=True)
        size = _TIME_BYTES + _KEY_BYTES
        if len(raw) % size:
            raise ValueError("cut off")
        pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
        return cls(since, tuple((int.from_bytes(piece[:_TIME_BYTES]), piece[_TIME_BYTES:]) for piece in pieces))


@dataclass(frozen=True, slots=True)
class Survey:
    """A reading of notifications under way: first from the newest back, then delivered from the oldest on.

    `bounds` are instants, falling: between two of them lies about one page of the server's. `at` is where the way back
    goes on until it has arrived at `stop`; `high` is the newest entry seen. All up to `lower` has been delivered.
    """

    stop: int
    lower: int
    deep: bool
    started: int
    pages: int = 0
    at: int | None = None
    high: int = 0
    arrived: bool = False
    bounds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Notified:
    """How far notifications have been read. Times are UTC milliseconds; `walked_pages` is what the last walk cost."""

    known: Known
    newest: int = 0
    walked: int | None = None
    walked_pages: int = 0
    survey: Survey | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """How far our own posts have been read: the keys of the newest, in order, and the instant they begin at."""

    since: int
    recent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chats:
    """How far direct messages have been read.

    `log` is the chat service's own cursor, None before the history has been read; `filling` are the conversations
    whose history is still to be read, None when it is not yet known which. `revs` maps the conversations that moved
    last to the state (rev) in which they were read. `checked` is when all were last looked at, UTC milliseconds.
    """

    log: str | None = None
    next_log: str | None = None
    filling: tuple[str, ...] | None = None
    revs: dict[str, str] = field(default_factory=dict)
    checked: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """The newest posts delivered, looked at from time to time: have they been deleted? `checked` is UTC ms."""

    checked: int
    uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """All of it, for one account. `now` and `since` are UTC milliseconds."""

    did: str
    notified: Notified
    own: Own
    chats: Chats
    watched: Watched

    @classmethod
    def first(cls, did: str, since: int, now: int) -> Place:
        """Return where an account begins: nothing has been read, and nothing before `since` will be."""
        return cls(did, Notified(Known(since)), Own(since), Chats(), Watched(now))

    def to_cursor(self) -> str:
        """Return the opaque text that the store keeps."""
        data = asdict(self)
        data["notified"]["known"] = [self.notified.known.since, self.notified.known.packed()]
        return json.dumps({"v": VERSION, **data}, separators=(",", ":"))

    @classmethod
    def from_cursor(cls, text: str, did: str) -> Place:
        """Read what `to_cursor` wrote. Raises CursorExpired for anything else, or for another account's."""
        try:
            data = json.loads(text)
            place = _place(data) if data["v"] == VERSION else None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            place = None
        if place is None or place.did != did:
            raise CursorExpired(say("The place up to which this Bluesky account was read is no longer usable"))
        return place


def _place(data: dict[str, Any]) -> Place:
    notified = dict(data["notified"])
    since, packed = notified["known"]
    survey = notified["survey"]
    if survey is not None:
        survey = Survey(**survey | {"bounds": tuple(int(bound) for bound in survey["bounds"])})
    chats = data["chats"]
    filling = chats["filling"]
    return Place(
        data["did"],
        Notified(**notified | {"known": Known.unpacked(int(since), packed), "survey": survey}),
        Own(int(data["own"]["since"]), tuple(map(str, data["own"]["recent"]))),
        Chats(**chats | {"filling": None if filling is None else tuple(map(str, filling))}),
        Watched(int(data["watched"]["checked"]), tuple(map(str, data["watched"]["uris"]))),
    )


def watching(watched: Watched, uris: list[str], most: int) -> Watched:
    """Return what is watched, with newly delivered posts at its end and the oldest dropped."""
    merged = dict.fromkeys((*watched.uris, *uris))
    return replace(watched, uris=tuple(merged)[-most:])
