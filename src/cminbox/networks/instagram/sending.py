"""Publishing an answer: below a comment of ours, to a mention elsewhere, as a private message, privately to a comment.

A comment is answered at its edge `replies` and never at the comment itself. After it is sent it is read back: it must
be another comment than the one that was answered, and stand below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SendOutcomeUnknown
from cminbox.network_kit.graph.client import named, node
from cminbox.network_kit.graph.private_messages import check_private_reply, manner
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.instagram.account import MANIFEST
from cminbox.networks.instagram.entities import author_of, media_of
from cminbox.networks.instagram.exchanges import recent_messages
from cminbox.networks.instagram.ids import MENTION, MESSAGE, NAMED, UNKNOWN_PERSON, bare, is_comment
from cminbox.networks.instagram.mentions import mentioned_comment, mentioned_media

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.brand import Brand

_SENT_FIELDS = "id,parent_id,timestamp,media{permalink}"


async def send(graph: Graph, brand: Brand, reply: Reply, *, human_agent: bool) -> Receipt:
    """Publish a reply with one request. A private answer to a comment is sent as its one private reply.

    Raises NetworkFailure.
    """
    check_fits(reply, MANIFEST)
    if reply.kind is not Kind.DM:
        return await (_comment if is_comment(reply.to) else _mention)(graph, brand, reply)
    if is_comment(reply.to):
        await _check_private_reply(graph, brand, reply.to, reply.conversation)
        return await _message(graph, brand, {"recipient": {"comment_id": reply.to}}, reply)
    how = manner(graph, await recent_messages(graph, brand, reply.conversation), human_agent=human_agent)
    return await _message(graph, brand, {"recipient": {"id": reply.conversation}, **how}, reply)


async def _comment(graph: Graph, brand: Brand, reply: Reply) -> Receipt:
    body = await graph.publish(node(reply.to, "replies"), {"message": reply.text}, scope=brand.comments)
    sent = named(body, "id", graph.title)
    if sent == reply.to:
        raise SendOutcomeUnknown(say("Instagram named the answered comment itself; look there whether it was changed"))
    try:
        return await _read_back(graph, sent, reply.to)
    except Shape as shape:
        raise SendOutcomeUnknown(unreadable(shape).saying) from None
    except SendOutcomeUnknown:
        raise
    except NetworkFailure as failure:
        said = say("Instagram took the reply, but it could not be read back: {why}", why=failure.saying)
        raise SendOutcomeUnknown(said) from None


async def _read_back(graph: Graph, sent: str, to: str) -> Receipt:
    """Return the receipt of a comment that stands where it should. Raises Shape, NetworkFailure."""
    found = await graph.read(node(sent), _SENT_FIELDS)
    above = found.maybe_identifier("parent_id")
    if found.identifier("id") != sent:
        raise Shape("comment.id", "the id of what was sent")
    if above is None or (above != to and above != await parent_of(graph, to)):
        raise SendOutcomeUnknown(say("The reply was published, but not below the comment that it answers"))
    media = found.maybe_object("media")
    permalink = None if media is None else media.text("permalink", "") or None
    return Receipt(sent, permalink, found.maybe_instant("timestamp"))


async def parent_of(graph: Graph, comment: str) -> str | None:
    """Return the comment above one: an answer to an answer comes to stand there. Raises NetworkFailure."""
    return (await graph.read(node(comment), "id,parent_id")).maybe_identifier("parent_id")


async def _mention(graph: Graph, brand: Brand, reply: Reply) -> Receipt:
    """Answer a caption or a comment elsewhere that names us; what merely tags us cannot be answered."""
    identifier = bare(reply.to)
    try:
        where = await (
            _in_comment(graph, brand, identifier)
            if reply.to.startswith(MENTION)
            else _in_caption(graph, brand, identifier)
        )
    except Shape as shape:
        raise unreadable(shape) from None
    body = await graph.publish(
        node(brand.identifier, "mentions"), {**where, "message": reply.text}, scope=brand.comments
    )
    # What stands elsewhere cannot be read back by its id.
    return Receipt(MENTION + named(body, "id", graph.title))


async def _in_comment(graph: Graph, brand: Brand, comment: str) -> dict[str, str]:
    found = await mentioned_comment(graph, brand, comment, "id,media{id}")
    return {"media_id": media_of(found)[0], "comment_id": comment}


async def _in_caption(graph: Graph, brand: Brand, media: str) -> dict[str, str]:
    try:
        await mentioned_media(graph, brand, media, "id")
    except Gone:
        await graph.read(node(media), "id", scope=brand.comments)
        raise Refused(
            say("Instagram lets nobody answer a picture that tags the account without naming it in its caption"),
        ) from None
    return {"media_id": media}


async def _message(graph: Graph, brand: Brand, head: dict[str, Any], reply: Reply) -> Receipt:
    body = await graph.publish(
        node(brand.desk, "messages"), {**head, "message": {"text": reply.text}}, scope=brand.messages
    )
    return Receipt(MESSAGE + named(body, "message_id", graph.title))


async def _check_private_reply(graph: Graph, brand: Brand, comment: str, person: str) -> None:
    """Raise Refused when a comment cannot be answered privately to a person, Gone when it does not exist."""
    found = await graph.read(node(comment), "id,username,from{id,username},timestamp", scope=brand.comments)
    try:
        written_at = found.instant("timestamp")
        author, _ours = author_of(found, brand)
        another = person not in {author.remote_id, NAMED + author.handle, UNKNOWN_PERSON + comment}
    except Shape as shape:
        raise unreadable(shape) from None
    if another:
        raise Refused(say("This comment is by somebody else than the private answer is for"))
    check_private_reply(graph, written_at)
