"""The context of a post: what stands before and after it in its topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.discourse.posts import read_post, to_message
from cminbox.networks.discourse.queue import PRIVATE_MESSAGE
from cminbox.networks.discourse.sending import read_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.message import Message
    from cminbox.networks.discourse.api import Api, Me
    from cminbox.networks.discourse.posts import Post

AROUND = 25
"""How many posts are shown before and after."""


async def read_thread(api: Api, me: Me, remote_id: str) -> Thread:
    """Return what stands around a post. Raises NetworkFailure, Gone when it was deleted."""
    post = await read_one(api, remote_id)
    topic = await api.get(f"/t/{post.topic}.json")
    stream = _stream(topic.raw("post_stream"))
    if post.id not in stream:
        stream = sorted({*stream, post.id}, key=lambda one: (len(one), one))
    at = stream.index(post.id)
    near = [*stream[max(0, at - AROUND) : at], *stream[at + 1 : at + 1 + AROUND]]
    private = topic.raw("archetype") == PRIVATE_MESSAGE
    try:
        title = topic.text("title", "")
        message = _message(post, me, api, title, private=private)
    except Shape as shape:
        raise unreadable(shape) from None
    above: list[Message] = []
    below: list[Message] = []
    for item in await posts_of(api, post.topic, near):
        try:
            other = read_post(item)
            shown = _message(other, me, api, title, private=private)
        except Shape:
            continue
        if not other.deleted and other.id != post.id:
            (above if other.number < post.number else below).append(shown)
    return Thread(tuple(above), message, tuple(below))


def _message(post: Post, me: Me, api: Api, title: str, *, private: bool) -> Message:
    return to_message(post, me, Kind.DM if private else Kind.COMMENT, api.base_url, title=title)


async def stream_of(api: Api, topic: str) -> list[str]:
    """Return the ids of all posts of a topic in their order. Raises NetworkFailure."""
    found = _stream((await api.get(f"/t/{topic}.json")).raw("post_stream"))
    if not found:
        raise Gone(say("{host} no longer has this topic", host=api.host))
    return found


async def posts_of(api: Api, topic: str, wanted: Sequence[str], *, raw: bool = False) -> list[Any]:
    """Return posts of a topic by their ids, in the order of the topic. Raises NetworkFailure."""
    if not wanted:
        return []
    params = tuple(("post_ids[]", one) for one in wanted) + ((("include_raw", "true"),) if raw else ())
    body = await api.get(f"/t/{topic}/posts.json", params)
    try:
        items = body.object("post_stream").items("posts")
    except Shape as shape:
        raise unreadable(shape) from None
    return sorted(items, key=_number)


def _stream(data: object) -> list[str]:
    ids = data.get("stream") if isinstance(data, dict) else None
    if not isinstance(ids, list):
        return []
    return [str(one) for one in ids if isinstance(one, int) and not isinstance(one, bool)]


def _number(item: object) -> int:
    number = item.get("post_number") if isinstance(item, dict) else None
    return number if isinstance(number, int) else 0
