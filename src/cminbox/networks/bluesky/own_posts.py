"""What the brand wrote, here or in another app: read from its own repository, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Person
from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky import tid
from cminbox.networks.bluesky.place import Own
from cminbox.networks.bluesky.reading import POSTS, Post, post_of_record
from cminbox.networks.bluesky.xrpc import listed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.networks.bluesky.lineage import Lineage
    from cminbox.networks.bluesky.session import Session
    from cminbox.networks.bluesky.xrpc import Xrpc

_PAGE = 100
_HOUR = 3_600_000
_RECENT_MOST = 300
METHOD = "com.atproto.repo.listRecords"


@dataclass(frozen=True, slots=True)
class OwnBatch:
    """Replies of ours, oldest first, what could not be read, and how far that takes us."""

    posts: tuple[Post, ...]
    problems: tuple[Saying, ...]
    own: Own


async def own_replies(xrpc: Xrpc, session: Session, lineage: Lineage, own: Own, now: int) -> AsyncIterator[OwnBatch]:
    """Yield the replies that we wrote since last time; our posts of their own are context, not messages.

    Posts are keyed by the time they stand for, and apps and their clocks differ: the last hour is read again, and what
    is remembered of it is dropped. Raises NetworkFailure. `now` is UTC milliseconds.
    """
    after = tid.encode(max(0, own.since) * 1000, 0)
    while True:
        asked = (("repo", session.did), ("collection", POSTS), ("limit", str(_PAGE)), ("reverse", "true"))
        answer = await xrpc.get(METHOD, *asked, ("cursor", after))
        records = listed(answer, "records")
        posts, problems, keys = await _fresh(records, session, lineage, own)
        own = _after(own, keys, now)
        if keys:
            yield OwnBatch(tuple(posts), tuple(problems), own)
        after = answer.text("cursor", "")
        if not after or (not keys and len(records) < _PAGE):
            return


async def _fresh(
    records: list[Any],
    session: Session,
    lineage: Lineage,
    own: Own,
) -> tuple[list[Post], list[Saying], list[str]]:
    posts: list[Post] = []
    problems: list[Saying] = []
    keys: list[str] = []
    author = Person(session.did, session.handle)
    for item in records:
        try:
            view = Reader(item, "record")
            rkey = view.identifier("uri").rsplit("/", 1)[-1]
            written = tid.milliseconds(rkey)
            if written is None or rkey in own.recent:
                continue
            keys.append(rkey)
            post = post_of_record(view, view.object("value"), author, written)
        except Shape as shape:
            problems.append(say("A post of our own cannot be read: {where}", where=safe(str(shape), limit=200)))
            continue
        lineage.learn(post.uri, post.parent)
        if post.parent is not None and not await lineage.continues(post.parent):
            posts.append(post)
    return posts, problems, keys


def _after(own: Own, keys: list[str], now: int) -> Own:
    """Return the place after more posts, of which those of the last hour are remembered."""
    recent = sorted({*own.recent, *keys}, key=lambda key: (tid.milliseconds(key) or 0, key))
    newest = max((instant for key in recent if (instant := tid.milliseconds(key)) is not None), default=own.since)
    since = max(own.since, min(newest, now) - _HOUR)
    if len(recent) > _RECENT_MOST:
        recent = recent[-_RECENT_MOST:]
        since = max(since, tid.milliseconds(recent[0]) or 0)
    return Own(since, tuple(key for key in recent if (tid.milliseconds(key) or 0) >= since))
