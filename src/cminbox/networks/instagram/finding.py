"""Looking for a reply among what the account wrote, when nobody knows whether it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused
from cminbox.network_kit.graph.client import node, slice_of
from cminbox.network_kit.graph.sameness import CLOCKS_DIFFER_MS, same
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.instagram.entities import COMMENT_FIELDS, Place, read_comment
from cminbox.networks.instagram.exchanges import recent_messages
from cminbox.networks.instagram.ids import MENTION, NAMED, UNKNOWN_PERSON, bare, is_comment
from cminbox.networks.instagram.mentions import mentioned_comment, mentioned_media
from cminbox.networks.instagram.sending import parent_of
from cminbox.networks.instagram.walking import ANSWERS, AT_ONCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from cminbox.domain.message import Message
    from cminbox.domain.reply import Reply
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.brand import Brand

_MOST_PAGES = 20


async def find(graph: Graph, brand: Brand, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it is in no place where it would be.

    Raises NetworkFailure, Gone when what it answers no longer exists, Refused where Instagram shows too little to say.
    """
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    if reply.kind is Kind.DM:
        return await _find_message(graph, brand, reply, earliest)
    try:
        comments = _answers(graph, brand, reply) if is_comment(reply.to) else _elsewhere(graph, brand, reply, earliest)
        async for comment in comments:
            if comment.ours and comment.created_at >= earliest and same(comment.text, reply.text):
                return Receipt(comment.remote_id, comment.permalink, comment.created_at)
    except Shape as shape:
        raise unreadable(shape) from None
    return None


async def _answers(graph: Graph, brand: Brand, reply: Reply) -> AsyncIterator[Message]:
    """Yield what stands below the answered comment, or beside it where that is an answer itself, in whatever order."""
    above = await parent_of(graph, reply.to) or reply.to
    place = Place("", None, reply.kind)
    after = ""
    for _ in range(_MOST_PAGES):
        listed = await graph.page(
            node(above, "replies"),
            COMMENT_FIELDS,
            scope=brand.comments,
            limit=AT_ONCE,
            **({"after": after} if after else {}),
        )
        for comment in _readable(listed.items, brand, place):
            yield comment
        if listed.after is None:
            return
        after = listed.after
    raise _too_many()


async def _elsewhere(graph: Graph, brand: Brand, reply: Reply, earliest: int) -> AsyncIterator[Message]:
    """Yield what Instagram shows of the answers to a mention; where it shows too little, it cannot be said."""
    identifier = bare(reply.to)
    if reply.to.startswith(MENTION):
        found = await mentioned_comment(graph, brand, identifier, f"id,parent_id,{ANSWERS}")
        if found.maybe_identifier("parent_id") is not None:
            raise Refused(say("Instagram shows no program the comments among which this reply would stand"))
        block = found.raw("replies")
    else:
        fields = f"comments.limit({AT_ONCE}){{{COMMENT_FIELDS}}}"
        block = (await mentioned_media(graph, brand, identifier, f"id,{fields}")).raw("comments")
    if block is None:
        return
    listed = slice_of(block, graph.host)
    times: list[int] = []
    for comment in _readable(listed.items, brand, Place(identifier, None, Kind.MENTION)):
        times.append(comment.created_at)
        yield comment
    if listed.after is not None and (reply.to.startswith(MENTION) or min(times, default=earliest) >= earliest):
        raise _too_many()


def _readable(items: Iterable[object], brand: Brand, place: Place) -> Iterable[Message]:
    for item in items:
        try:
            yield read_comment(item, brand, place)
        except Shape:
            # A comment of ours has been readable before; whatever this is, it is not the one.
            continue


async def _find_message(graph: Graph, brand: Brand, reply: Reply, earliest: int) -> Receipt | None:
    person = reply.conversation
    if person.startswith((UNKNOWN_PERSON, NAMED)):
        raise Refused(say("Instagram does not say with whom this private reply would be"))
    for message in reversed(await recent_messages(graph, brand, person)):
        if message.ours and message.created_at >= earliest and same(message.text, reply.text):
            return Receipt(message.remote_id, None, message.created_at)
    return None


def _too_many() -> Refused:
    return Refused(say("There are too many answers to look for this one among them"))
