"""Answering: a post in the topic of what is answered, no shorter and no longer than the forum allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.discourse.posts import PRIVATE, post_of
from cminbox.networks.discourse.queue import PRIVATE_MESSAGE, REVIEW

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.networks.discourse.api import Api, Facts
    from cminbox.networks.discourse.posts import Post

_COMMENT = re.compile(r"<!--(.*?)-->")
_EMOJI = re.compile(r":\w+(:\w+)?:")
_DOTS, _COMMAS = re.compile(r"\.{2,}"), re.compile(r",{2,}")
_ENQUEUED = "enqueued"


async def send(api: Api, reply: Reply) -> Receipt:
    """Publish a reply with one publishing request. Raises NetworkFailure."""
    if reply.to.startswith(REVIEW):
        raise Refused(say("Nobody can see this post yet; approve it, then answer it"))
    check_length(reply.text, reply.kind, await api.facts())
    post = await read_one(api, reply.to)
    if reply.kind is Kind.DM or reply.conversation.startswith(PRIVATE):
        await check_private(api, post, reply)
    body = await api.publish(draft(post, reply.text))
    try:
        return receipt_of(Reader(body, "post"), api.base_url)
    except Shape:
        raise SendOutcomeUnknown(
            say("{host} took the message but its answer does not name it", host=api.host)
        ) from None


def draft(post: Post, text: str) -> dict[str, Any]:
    """Return the body of the request. What answers the first post answers the topic, as in the forum's own pages."""
    fields: dict[str, Any] = {"raw": text, "topic_id": int(post.topic)}
    return fields | ({"reply_to_post_number": post.number} if post.number > 1 else {})


async def read_one(api: Api, identifier: str) -> Post:
    """Return a post that still stands. Raises NetworkFailure, Gone when it was deleted."""
    if not (identifier.isascii() and identifier.isdigit()):
        raise Gone(say("{host} knows no such post", host=api.host))
    try:
        post = post_of(await api.get(f"/posts/{identifier}.json"))
        int(post.topic)
    except Shape as shape:
        raise unreadable(shape) from None
    except ValueError:
        raise unreadable(Shape("post.topic_id", "a number")) from None
    if post.deleted:
        raise Gone(say("This post was deleted"))
    return post


async def check_private(api: Api, post: Post, reply: Reply) -> None:
    """Raise Refused unless an answer meant to be private stays in its private exchange."""
    topic = await api.get(f"/t/{post.topic}.json")
    if topic.raw("archetype") != PRIVATE_MESSAGE or reply.conversation != PRIVATE + post.topic:
        raise Refused(say("This exchange is no longer private; the answer is not sent, since others could read it"))


def receipt_of(body: Reader, site: str) -> Receipt:
    """Return the word that a post of ours exists, or that it awaits an approval. Raises Shape without either."""
    if body.raw("action") == _ENQUEUED:
        return Receipt(REVIEW + body.object("pending_post").identifier("id"))
    # A wrapper that newer forums put around it when they are asked for it.
    post = body.maybe_object("post") or body
    identifier = post.identifier("id")
    try:
        place = (
            f"{site}/t/{post.text('topic_slug', '') or '-'}/{post.identifier('topic_id')}/{post.number('post_number')}"
        )
        return Receipt(identifier, place, post.maybe_instant("created_at"))
    except Shape:
        return Receipt(identifier)


def counted(text: str) -> int:
    """Return how long a text counts where it can be too short: emoji as one, dots and commas in a row as one."""
    text = _EMOJI.sub("X", _COMMENT.sub("", text))
    return len(_COMMAS.sub(",", _DOTS.sub("…", text)).strip())


def check_length(text: str, kind: Kind, facts: Facts) -> None:
    """Raise Refused when the forum would find a text too short or too long."""
    least = facts.private if kind is Kind.DM else facts.public
    used = counted(text)
    if used < max(least, 1):
        raise Refused(say("The reply is too short: {used} of at least {minimum}", used=used, minimum=max(least, 1)))
    if len(text) > facts.maximum:
        raise Refused(say("The reply is too long: {used} of at most {maximum}", used=len(text), maximum=facts.maximum))
