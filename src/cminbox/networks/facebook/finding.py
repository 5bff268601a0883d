"""Looking for a reply among what the Page wrote, when nobody knows whether it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.domain.reply import Receipt
from cminbox.network_kit.failures import Gone
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.graph.sameness import CLOCKS_DIFFER_MS, same
from cminbox.network_kit.reading import Reader, Shape
from cminbox.networks.facebook.account import READ_PEOPLE
from cminbox.networks.facebook.entities import COMMENT_FIELDS, read_comment
from cminbox.networks.facebook.exchanges import recent_messages
from cminbox.networks.facebook.ids import UNKNOWN_PERSON, address, is_comment, number, prefix
from cminbox.networks.facebook.sending import parent_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.domain.message import Message
    from cminbox.domain.reply import Reply
    from cminbox.network_kit.graph.client import Graph

_MOST_PAGES = 5
_PRIVATELY = "id,private_reply_conversation{id,participants}"


async def find(graph: Graph, page: str, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it is in no place where it would be.

    Raises NetworkFailure, Gone when what it answers no longer exists.
    """
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    if reply.kind is Kind.DM:
        return await _find_message(graph, page, reply, earliest)
    async for comment in _answers(graph, page, reply):
        if comment.created_at < earliest:
            break
        if comment.ours and same(comment.text, reply.text):
            return Receipt(comment.remote_id, comment.permalink, comment.created_at)
    return None


async def _answers(graph: Graph, page: str, reply: Reply) -> AsyncIterator[Message]:
    """Yield the comments that can be the reply, newest first: below what it answers, or beside it where that is low."""
    target = address(reply.to)
    post = prefix(target) if is_comment(reply.to) else number(target)
    owner, above = target, number(target)
    if is_comment(reply.to):
        try:
            upper = await parent_of(graph, target)
        except Shape:
            upper = None
        if upper is not None:
            owner, above = f"{post}_{upper}" if post else upper, upper
    after = ""
    for _ in range(_MOST_PAGES):
        listed = await graph.page(
            node(owner, "comments"),
            COMMENT_FIELDS,
            scope=READ_PEOPLE,
            order="reverse_chronological",
            limit="100",
            **({"after": after} if after else {}),
        )
        for item in listed.items:
            try:
                comment = read_comment(item, reply.kind, page, post=post, above=above, root=None)
            except Shape:
                # A comment of ours has been readable before; whatever this is, it is not the one.
                continue
            if comment.parent is not None and number(comment.parent) == above:
                yield comment
        if listed.after is None:
            return
        after = listed.after


async def _find_message(graph: Graph, page: str, reply: Reply, earliest: int) -> Receipt | None:
    person = reply.conversation
    if is_comment(reply.to):
        person = await _answered_privately(graph, page, reply.to) or person
    if person.startswith(UNKNOWN_PERSON):
        # Without a private reply there is no exchange with somebody whom Facebook does not name.
        return None
    for message in reversed(await recent_messages(graph, page, person)):
        if message.ours and message.created_at >= earliest and same(message.text, reply.text):
            return Receipt(message.remote_id, None, message.created_at)
    return None


async def _answered_privately(graph: Graph, page: str, comment: str) -> str | None:
    """Return with whom the private reply to a comment opened an exchange, None where that cannot be seen."""
    try:
        found = await graph.read(node(comment), _PRIVATELY)
    except Gone:
        # A private reply outlives the comment.
        return None
    try:
        exchange = found.maybe_object("private_reply_conversation")
        people = None if exchange is None else exchange.maybe_object("participants")
        found_people = [] if people is None else people.items("data")
        ids = [Reader(item, "participant").identifier("id") for item in found_people]
    except Shape:
        return None
    return next((person for person in ids if person != page), None)
