"""Noticing that people deleted what they wrote: nobody is told, so the newest posts are looked at now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.failures import Gone
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky.lineage import AT_ONCE, POSTS_METHOD
from cminbox.networks.bluesky.place import Watched
from cminbox.networks.bluesky.threads import THREAD

if TYPE_CHECKING:
    from cminbox.networks.bluesky.xrpc import Xrpc

WATCHED_MOST = 100
CHECK_EVERY = 600_000
"""Milliseconds between two looks."""
_VERIFIED_MOST = 10


async def deleted_of(xrpc: Xrpc, watched: Watched, now: int) -> tuple[list[str], Watched] | None:
    """Return the watched posts that were deleted, and what is still watched; None when it is not yet time to look.

    A post that is missing from a list may also be hidden by a block; only the thread tells. Raises NetworkFailure.
    `now` is UTC milliseconds.
    """
    if not watched.uris or 0 <= now - watched.checked < CHECK_EVERY:
        return None
    present: set[str] = set()
    for start in range(0, len(watched.uris), AT_ONCE):
        chunk = watched.uris[start : start + AT_ONCE]
        answer = await xrpc.get(POSTS_METHOD, *(("uris", uri) for uri in chunk))
        present |= {str(item.get("uri")) for item in answer.items("posts") if isinstance(item, dict)}
    missing = [uri for uri in watched.uris if uri not in present]
    deleted = [uri for uri in missing[:_VERIFIED_MOST] if await _is_deleted(xrpc, uri)]
    settled = frozenset(missing[:_VERIFIED_MOST])
    return deleted, Watched(now, tuple(uri for uri in watched.uris if uri not in settled))


async def _is_deleted(xrpc: Xrpc, uri: str) -> bool:
    try:
        answer = await xrpc.get(THREAD, ("uri", uri), ("depth", "0"), ("parentHeight", "0"))
        return Reader(answer.raw("thread"), "thread").flag("notFound")
    except Gone:
        return True
    except Shape:
        return False
