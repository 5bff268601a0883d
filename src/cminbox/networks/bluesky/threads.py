"""The thread around a post: what stands above it, what hangs below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.bluesky.reading import message_of, post_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.message import Message
    from cminbox.networks.bluesky.lineage import Lineage
    from cminbox.networks.bluesky.reading import Post
    from cminbox.networks.bluesky.xrpc import Xrpc

THREAD = "app.bsky.feed.getPostThread"
_DEPTH, _HEIGHT = "10", "80"
_MOST = 2_000


async def thread_of(xrpc: Xrpc, lineage: Lineage, did: str, uri: str) -> Thread:
    """Return the thread around a post. Raises Gone when it was deleted, or is hidden by a block; and Shape."""
    answer = await xrpc.get(THREAD, ("uri", uri), ("depth", _DEPTH), ("parentHeight", _HEIGHT))
    top = answer.object("thread")
    if top.flag("blocked"):
        raise Gone(say("A block between the account and the author hides this post"))
    if not top.has("post"):
        raise Gone(say("Bluesky no longer has this post"))
    post = post_from(top.object("post"))
    above = _posts(list(_upwards(top)))[::-1]
    below = sorted(_posts(list(flat(top))[1:]), key=lambda one: (one.created_at, one.uri))
    messages = await as_messages([*above, post, *below], lineage, did)
    return Thread(tuple(messages[: len(above)]), messages[len(above)], tuple(messages[len(above) + 1 :]))


async def as_messages(posts: Sequence[Post], lineage: Lineage, did: str) -> list[Message]:
    """Return posts as messages, each where it belongs. Raises NetworkFailure."""
    continued = await lineage.continued(posts)
    return [message_of(post, did, continued) for post in posts]


def views_of(items: list[Any]) -> list[Reader]:
    """Return the objects of a list; what is none is left out."""
    return [Reader(item, "post") for item in items if isinstance(item, dict)]


def flat(top: Reader) -> Iterator[Reader]:
    """Give the views of a thread's posts, itself first; what was deleted or is blocked is passed over."""
    waiting = [top]
    for _ in range(_MOST):
        if not waiting:
            return
        node = waiting.pop()
        yield from _view(node)
        waiting += reversed(views_of(_list(node, "replies")))


def _upwards(top: Reader) -> Iterator[Reader]:
    node = top
    for _ in range(_MOST):
        parent = node.raw("parent")
        if not isinstance(parent, dict):
            return
        node = Reader(parent, "parent")
        yield from _view(node)


def _view(node: Reader) -> Iterator[Reader]:
    view = node.raw("post")
    if isinstance(view, dict):
        yield Reader(view, "post")


def _list(node: Reader, key: str) -> list[Any]:
    value = node.raw(key)
    return value if isinstance(value, list) else []


def _posts(views: Sequence[Reader]) -> list[Post]:
    """Read posts; one that cannot be read is left out, its neighbours live on."""
    found: list[Post] = []
    for view in views:
        try:
            found.append(post_from(view))
        except Shape:
            continue
    return found
