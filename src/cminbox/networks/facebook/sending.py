"""Publishing an answer: under a comment, a post or a recommendation, as a private message, privately to a comment.

A comment is answered at its edge `comments` and never at the comment itself, where the same words would overwrite what
the customer wrote. After a comment is sent it is read back: it must be another comment than the one that was answered,
and stand below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import NetworkFailure, Refused, SendOutcomeUnknown
from cminbox.network_kit.graph.client import named, node
from cminbox.network_kit.graph.private_messages import check_private_reply, manner
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.facebook.account import MANAGE, MANIFEST, MESSAGING
from cminbox.networks.facebook.exchanges import recent_messages
from cminbox.networks.facebook.ids import MESSAGE, address, comment_id, is_comment, number, prefix

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.network_kit.graph.client import Graph

_SENT_FIELDS = "id,parent{id},message,created_time,permalink_url"
_PRIVATELY_FIELDS = "id,from{id},created_time,can_reply_privately"


async def send(graph: Graph, page: str, reply: Reply, *, human_agent: bool) -> Receipt:
    """Publish a reply with one request. A private answer to a comment is sent as its one private reply.

    Raises NetworkFailure.
    """
    check_fits(reply, MANIFEST)
    if reply.kind is not Kind.DM:
        return await _comment(graph, reply)
    if is_comment(reply.to):
        await _check_private_reply(graph, reply.to, reply.conversation)
        return await _message(graph, page, {"recipient": {"comment_id": reply.to}, "messaging_type": "RESPONSE"}, reply)
    how = manner(graph, await recent_messages(graph, page, reply.conversation), human_agent=human_agent)
    return await _message(graph, page, {"recipient": {"id": reply.conversation}, **how}, reply)


async def _comment(graph: Graph, reply: Reply) -> Receipt:
    target = address(reply.to)
    body = await graph.publish(node(target, "comments"), {"message": reply.text}, scope=MANAGE)
    given = named(body, "id", graph.title)
    if number(given) == number(target):
        raise SendOutcomeUnknown(say("Facebook named the answered comment itself; look there whether it was changed"))
    post = prefix(target) if is_comment(reply.to) else number(target)
    sent = comment_id(given, post)
    try:
        return await _read_back(graph, sent, reply.to, target)
    except Shape as shape:
        raise SendOutcomeUnknown(unreadable(shape).saying) from None
    except SendOutcomeUnknown:
        raise
    except NetworkFailure as failure:
        said = say("Facebook took the reply, but it could not be read back: {why}", why=failure.saying)
        raise SendOutcomeUnknown(said) from None


async def _read_back(graph: Graph, sent: str, to: str, target: str) -> Receipt:
    """Return the receipt of a comment that stands where it should. Raises Shape, NetworkFailure."""
    found = await graph.read(node(sent), _SENT_FIELDS)
    parent = found.maybe_object("parent")
    above = None if parent is None else number(parent.identifier("id"))
    if number(found.identifier("id")) != number(sent):
        raise Shape("comment.id", "the id of what was sent")
    if is_comment(to) and not await _stands_below(graph, above, target):
        raise SendOutcomeUnknown(say("The reply was published, but not below the comment that it answers"))
    return Receipt(sent, found.text("permalink_url", "") or None, found.maybe_instant("created_time"))


async def _stands_below(graph: Graph, above: str | None, target: str) -> bool:
    """Whether the number of a comment's parent is that of what it answers, or of the one above that."""
    return above is not None and (above == number(target) or above == await parent_of(graph, target))


async def parent_of(graph: Graph, comment: str) -> str | None:
    """Return the number of the comment above one: an answer of the second level comes to stand there.

    Raises NetworkFailure.
    """
    parent = (await graph.read(node(comment), "id,parent{id}")).maybe_object("parent")
    return None if parent is None else number(parent.identifier("id"))


async def _message(graph: Graph, page: str, head: dict[str, Any], reply: Reply) -> Receipt:
    body = await graph.publish(node(page, "messages"), {**head, "message": {"text": reply.text}}, scope=MESSAGING)
    return Receipt(MESSAGE + named(body, "message_id", graph.title))


async def _check_private_reply(graph: Graph, comment: str, person: str) -> None:
    """Raise Refused when a comment cannot be answered privately to a person, Gone when it does not exist."""
    found: Reader = await graph.read(node(comment), _PRIVATELY_FIELDS)
    try:
        written_at = found.instant("created_time")
        allowed = found.flag("can_reply_privately", default=True)
        author = found.maybe_object("from")
        another = author is not None and author.has("id") and author.identifier("id") != person
    except Shape as shape:
        raise unreadable(shape) from None
    if another:
        raise Refused(say("This comment is by somebody else than the private answer is for"))
    check_private_reply(graph, written_at)
    if not allowed:
        raise Refused(say("Facebook does not let this comment be answered privately, or it was already"))
