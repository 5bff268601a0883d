"""More notifications at one instant than the server gives at once: the rest is looked for in other ways.

No cursor that is an instant can lead past such a crowd. Mentions are found by the search, replies in the thread, quotes
in the list of the post's quotes; those lists have cursors that tell entries of one instant apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky.instants import iso
from cminbox.networks.bluesky.notices import PAGE, Notice
from cminbox.networks.bluesky.place import key_of
from cminbox.networks.bluesky.reading import Post, is_post_of, post_from
from cminbox.networks.bluesky.threads import THREAD, flat, views_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from cminbox.networks.bluesky.session import Session
    from cminbox.networks.bluesky.xrpc import Xrpc

_MOST_PAGES = 50
_MOST_POSTS = 10
_SECOND = 1000


async def rest_of(xrpc: Xrpc, session: Session, instant: int, seen: Iterable[Notice], *, surely: bool) -> list[Notice]:
    """Return what else concerns us at an instant (UTC milliseconds), beside what was `seen`, and one word about it.

    Unless there is `surely` more, nothing is said when nothing was found: the list may have ended there. Raises
    NetworkFailure.
    """
    posts = [notice.post for notice in seen if notice.post is not None]
    listed = {post.uri for post in posts}
    found: dict[str, Post] = {}
    async for view in _everything(xrpc, session, posts, instant):
        try:
            post = post_from(view)
            same = min(post.created_at, view.instant("indexedAt")) == instant
        except Shape:
            continue
        theirs = post.author.remote_id != session.did and post.uri not in listed
        if same and theirs and _concerns(view, post, session.did):
            found[post.uri] = post
    if not found and not surely:
        return []
    word = say(
        "Bluesky has more notifications of {time} than it lists; {found} were found in other ways",
        time=iso(instant),
        found=len(found),
    )
    told = Notice(instant, key_of(f"crowd at {instant}"), problem=word)
    return [told, *(Notice(instant, key_of(uri), post=post) for uri, post in found.items())]


async def _everything(xrpc: Xrpc, session: Session, posts: list[Post], instant: int) -> AsyncIterator[Reader]:
    span = (("since", iso(instant - _SECOND)), ("until", iso(instant + _SECOND)))
    asked = (("q", session.handle), ("mentions", session.did), ("sort", "latest"), *span)
    async for view in _paged(xrpc, "app.bsky.feed.searchPosts", asked, instant):
        yield view
    ours = {post.root for post in posts if post.root is not None and is_post_of(post.root, session.did)}
    for root in sorted(ours)[:_MOST_POSTS]:
        async for view in _thread(xrpc, root):
            yield view
    quoted = {uri for post in posts for uri in post.quotes if is_post_of(uri, session.did)}
    for uri in sorted(quoted)[:_MOST_POSTS]:
        async for view in _paged(xrpc, "app.bsky.feed.getQuotes", (("uri", uri),), instant):
            yield view


async def _paged(
    xrpc: Xrpc,
    method: str,
    asked: tuple[tuple[str, str], ...],
    instant: int,
) -> AsyncIterator[Reader]:
    """Give the posts of a list that runs from the newest to the oldest, down to the instant."""
    cursor = ""
    for _ in range(_MOST_PAGES):
        more = (("cursor", cursor),) if cursor else ()
        try:
            answer = await xrpc.get(method, *asked, ("limit", str(PAGE)), *more)
        except (Gone, Refused):
            return
        views = views_of(answer.items("posts"))
        for view in views:
            yield view
        cursor = answer.text("cursor", "")
        if not cursor or not views or all(_older(view, instant) for view in views):
            return


def _older(view: Reader, instant: int) -> bool:
    try:
        return view.instant("indexedAt") < instant
    except Shape:
        return False


async def _thread(xrpc: Xrpc, root: str) -> AsyncIterator[Reader]:
    try:
        answer = await xrpc.get(THREAD, ("uri", root), ("depth", "6"), ("parentHeight", "0"))
    except (Gone, Refused):
        return
    for view in flat(answer.object("thread")):
        yield view


def _concerns(view: Reader, post: Post, did: str) -> bool:
    """Whether a post would have been notified to us: it answers, quotes or mentions us."""
    if any(uri is not None and is_post_of(uri, did) for uri in (post.root, post.parent, *post.quotes)):
        return True
    for facet in view.object("record").items("facets"):
        features = facet.get("features") if isinstance(facet, dict) else None
        for feature in features if isinstance(features, list) else ():
            if isinstance(feature, dict) and feature.get("did") == did:
                return True
    return False
