"""Looking for a reply among what stands in its topic, when nobody knows whether it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.reply import Receipt
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.discourse.api import segment
from cminbox.networks.discourse.posts import PRIVATE, PUBLIC, post_of, read_post
from cminbox.networks.discourse.queue import REVIEW
from cminbox.networks.discourse.sending import receipt_of
from cminbox.networks.discourse.threads import posts_of, stream_of

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.networks.discourse.api import Api, Me
    from cminbox.networks.discourse.posts import Post

CLOCKS_DIFFER_MS = 5 * 60 * 1000
"""How far the forum's clock may be behind ours."""
_NEWEST = 60


async def find(api: Api, me: Me, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it is neither in its topic nor before the moderators.

    Raises NetworkFailure.
    """
    answered = await _answered(api, reply)
    topic = reply.conversation.removeprefix(PUBLIC).removeprefix(PRIVATE) if answered is None else answered.topic
    if not topic.isdigit():
        return None
    try:
        newest = (await stream_of(api, topic))[-_NEWEST:]
        items = await posts_of(api, topic, newest, raw=True)
    except Gone:
        return None
    for item in items:
        try:
            post = read_post(item)
            if _is_it(post, me, reply, answered):
                return receipt_of(post.source, api.base_url)
        except Shape:
            # A post of ours has been readable before; whatever this is, it is not the one.
            continue
    return await _waiting(api, me, reply, topic)


async def _waiting(api: Api, me: Me, reply: Reply, topic: str) -> Receipt | None:
    """Look among our own posts that a moderator has to approve first."""
    try:
        items = await api.items(f"/posts/{segment(me.username)}/pending.json", "pending_posts")
    except (Gone, Refused):
        return None
    for item in items:
        try:
            source = Reader(item, "pending post")
            earliest = reply.decided_at - CLOCKS_DIFFER_MS
            same = source.text("raw_text").split() == reply.text.split() and source.identifier("topic_id") == topic
            if same and source.instant("created_at") >= earliest:
                return Receipt(REVIEW + source.identifier("id"))
        except Shape:
            continue
    return None


async def _answered(api: Api, reply: Reply) -> Post | None:
    """Return the post that a reply answers, None when it is gone."""
    if not reply.to.isdigit():
        return None
    try:
        return post_of(await api.get(f"/posts/{reply.to}.json"))
    except Gone:
        return None
    except Shape as shape:
        raise unreadable(shape) from None


def _is_it(post: Post, me: Me, reply: Reply, answered: Post | None) -> bool:
    if not post.by(me) or post.created_at < reply.decided_at - CLOCKS_DIFFER_MS or post.deleted:
        return False
    if answered is not None and (post.reply_to or 1) != answered.number:
        return False
    if post.source.has("raw"):
        return post.source.text("raw").split() == reply.text.split()
    return post.source.html("cooked", "").split() == plain(reply.text).split()
