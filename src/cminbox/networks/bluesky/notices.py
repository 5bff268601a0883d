"""One page of notifications as a slice of time, with nothing lost at its edge."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Unreadable
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky.instants import iso, maybe_instant
from cminbox.networks.bluesky.place import key_of
from cminbox.networks.bluesky.reading import Post, post_from
from cminbox.networks.bluesky.xrpc import listed

if TYPE_CHECKING:
    from cminbox.networks.bluesky.xrpc import Xrpc

PAGE = 100
"""The most that the server gives at once."""
METHOD = "app.bsky.notification.listNotifications"
_WANTED = frozenset({"mention", "reply", "quote"})
_ROUNDED = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification that concerns us: a post, or why it could not be read. `instant` is where the server sorts it."""

    instant: int
    key: bytes
    post: Post | None = None
    problem: Saying | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """What the server gave for one question.

    `low` is the instant of the oldest entry, None when there is nothing older: of the entries at `low` itself some may
    be missing, of the later ones none is. `crowd` is an instant that has more entries than the server gives at once.
    """

    notices: tuple[Notice, ...]
    low: int | None
    high: int = 0
    crowd: int | None = None
    entries: int = 0
    """How many entries the server gave, those that do not concern us included."""


async def slice_at(xrpc: Xrpc, before: int | None, fullest: int = 0) -> Slice:
    """Return the newest notifications up to and with the instant `before` (UTC milliseconds); None: the newest of all.

    `fullest` is the most that this server has given at once so far: a page with less than that is not cut off.

    The server's cursor is an instant, and entries that share it with the last one of a page are passed over by whoever
    follows it. One millisecond is added therefore, and what comes twice is dropped by the caller. The server's own
    filter by reason is not used: it follows that cursor inside, where nothing can be added. Raises NetworkFailure.
    """
    params = [("limit", str(PAGE))]
    if before is not None:
        params.append(("cursor", iso(before + 1)))
    answer = await xrpc.get(METHOD, *params)
    found, instants = _notices(answer, before)
    low = _low(answer, instants)
    high = max(instants, default=0)
    if before is None or low is None or low < before:
        return Slice(found, low, high, entries=len(instants))
    if any(instant > before + _ROUNDED for instant in instants):
        raise Unreadable(say("Bluesky does not go back in its list of notifications as it promises"))
    if len(instants) < fullest and await _nothing_before(xrpc, before):
        # The server gives a cursor after its very last entry too.
        return Slice(found, None, high, entries=len(instants))
    return Slice(found, before - 1, high, crowd=before, entries=len(instants))


async def _nothing_before(xrpc: Xrpc, instant: int) -> bool:
    """Whether the list ends with the entries of an instant."""
    answer = await xrpc.get(METHOD, ("limit", "1"), ("cursor", iso(instant)))
    return not listed(answer, "notifications")


def _low(answer: Reader, instants: list[int]) -> int | None:
    cursor = answer.text("cursor", "")
    if not cursor:
        return None
    low = maybe_instant(cursor)
    if low is None and not instants:
        raise Shape(f"{METHOD}.cursor", "a time")
    return min(instants) if low is None else low


def _notices(answer: Reader, before: int | None) -> tuple[tuple[Notice, ...], list[int]]:
    """Return what concerns us, and the instants of everything on the page."""
    found: list[Notice] = []
    instants: list[int] = []
    # An entry whose time cannot be read stands beside its neighbour.
    nearby = before
    for item in listed(answer, "notifications"):
        instant = maybe_instant(str(item.get("indexedAt"))) if isinstance(item, dict) else None
        if instant is not None:
            instants.append(instant)
            nearby = instant
        notice = _notice(item, nearby if nearby is not None else 0)
        if notice is not None:
            found.append(notice)
    return tuple(found), instants


def _notice(item: Any, instant: int) -> Notice | None:  # noqa: ANN401 - foreign JSON
    try:
        entry = Reader(item, "notification")
        reason, uri = entry.text("reason"), entry.identifier("uri")
        if reason not in _WANTED:
            return None
        return Notice(instant, key_of(uri), post=post_from(entry))
    except Shape as shape:
        where = safe(str(shape), limit=200)
        key = key_of(json.dumps(item, sort_keys=True, default=str))
        return Notice(instant, key, problem=say("A Bluesky notification cannot be read: {where}", where=where))
