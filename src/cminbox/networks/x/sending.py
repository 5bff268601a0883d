"""Answering, exactly once and only where X lets programs answer: whose author called the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused, SendOutcomeUnknown
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.x import events
from cminbox.networks.x.account import MANIFEST, PAY_PER_USE
from cminbox.networks.x.ids import DM, instant_of, is_id
from cminbox.networks.x.lookup import post_by_id

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.network_kit.answers import Answer
    from cminbox.networks.x.api import Api
    from cminbox.networks.x.posts import Post


async def send(api: Api, reply: Reply) -> Receipt:
    """Publish a reply with one publishing request. Raises NetworkFailure."""
    check_fits(reply, MANIFEST)
    if not reply.text.strip():
        raise Refused(say("The reply is empty"))
    return await (_answer(api, reply) if reply.kind.public else _write(api, reply))


async def _answer(api: Api, reply: Reply) -> Receipt:
    """Answer a post. It is read before, for what X says when it refuses is not told apart."""
    me = await api.me()
    post = await post_by_id(api, reply.to)
    if api.account.plan == PAY_PER_USE and not _may_answer(post, me.id, me.handle):
        raise Refused(
            say(
                "X lets a program answer only whoever has mentioned, quoted or answered the account in this very post;"
                " answer it on x.com"
            )
        )
    body = {"text": reply.text, "reply": {"in_reply_to_tweet_id": post.latest}}
    answer = await api.publish("/tweets", body, "tweet.write")
    identifier = _named(answer, "id")
    if identifier in {post.id, post.version, post.latest}:
        # That would be the other person's words, not ours.
        raise _unnamed()
    await api.purse.keep(everything=True)
    return Receipt(identifier, f"https://x.com/{me.handle}/status/{identifier}", instant_of(identifier))


def _may_answer(post: Post, me: str, handle: str) -> bool:
    return post.author.remote_id == me or post.calls(me, handle)


async def _write(api: Api, reply: Reply) -> Receipt:
    """Write a private message into an exchange, or begin one with a person."""
    try:
        path = f"{events.path_of(reply.conversation)}/messages"
    except Shape:
        raise Refused(say("X does not know this exchange of private messages")) from None
    answer = await api.publish(path, {"text": reply.text}, "dm.write")
    identifier = _named(answer, "dm_event_id")
    if DM + identifier == reply.to:
        raise _unnamed()
    return Receipt(DM + identifier, None, instant_of(identifier))


def _named(answer: Answer, key: str) -> str:
    """Return the id of what was published. Raises SendOutcomeUnknown when X did not name it."""
    try:
        identifier = Reader(answer.body, "The answer to a send").object("data").identifier(key)
    except Shape:
        raise _unnamed() from None
    if not is_id(identifier):
        raise _unnamed()
    return identifier


def _unnamed() -> SendOutcomeUnknown:
    return SendOutcomeUnknown(say("X took the message but did not name it"))
