"""The context of a message."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.graph.client import node, slice_of
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.instagram.entities import (
    COMMENT_FIELDS,
    MEDIA_FIELDS,
    MENTIONED_FIELDS,
    NAMELESS_FIELDS,
    Place,
    link,
    read_comment,
    read_media,
)
from cminbox.networks.instagram.exchanges import partner, recent_messages
from cminbox.networks.instagram.ids import MENTION, MESSAGE, POST, bare
from cminbox.networks.instagram.mentions import mention_in, mentioned_comment, mentioned_media
from cminbox.networks.instagram.walking import ANSWERS, AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.brand import Brand

_MOST_PAGES = 5
_FIELDS = f"{COMMENT_FIELDS},media{{{MEDIA_FIELDS}}}"
_COMMENTS = f"comments.limit({AT_ONCE}){{{COMMENT_FIELDS},{ANSWERS}}}"


async def read_thread(graph: Graph, brand: Brand, remote_id: str) -> Thread:
    """Return what stands above and below a message. Raises NetworkFailure, Gone when it no longer exists."""
    try:
        if remote_id.startswith(MESSAGE):
            return await _exchange(graph, brand, remote_id)
        if remote_id.startswith(POST):
            return await _below_post(graph, brand, bare(remote_id))
        if remote_id.startswith(MENTION):
            return await _below_mention(graph, brand, bare(remote_id))
        return await _around_comment(graph, brand, remote_id)
    except Shape as shape:
        raise unreadable(shape) from None


async def _around_comment(graph: Graph, brand: Brand, remote_id: str) -> Thread:
    comment = await graph.read(node(remote_id), _FIELDS, scope=brand.comments)
    media = comment.maybe_object("media")
    place = Place("", None) if media is None else Place(media.identifier("id"), link(media))
    message = read_comment(comment, brand, place)
    tops = [] if media is None else _maybe(lambda: read_media(media, brand))
    if message.parent is None:
        return Thread(tuple(tops), message, await _answers(graph, brand, remote_id, place))
    above = await graph.read(node(message.parent), COMMENT_FIELDS, scope=brand.comments)
    top = read_comment(above, brand, place)
    # Answers of the second level all stand side by side below the first.
    beside = await _answers(graph, brand, top.remote_id, place)
    at = next((at for at, one in enumerate(beside) if one.remote_id == remote_id), len(beside))
    return Thread((*tops, top, *beside[:at]), message, beside[at + 1 :])


async def _answers(graph: Graph, brand: Brand, comment: str, place: Place) -> tuple[Message, ...]:
    found: list[Any] = []
    after: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        listed = await graph.page(
            node(comment, "replies"), COMMENT_FIELDS, scope=brand.comments, limit=AT_ONCE, **after
        )
        found += listed.items
        if listed.after is None:
            break
        after = {"after": listed.after}
    return _in_order(found, brand, place, comment)


async def _below_post(graph: Graph, brand: Brand, media: str) -> Thread:
    """Return a post that names or tags us, with what Instagram shows of the comments under it."""
    try:
        found = await mentioned_media(graph, brand, media, f"{MEDIA_FIELDS},{_COMMENTS}")
    except (Gone, Refused):
        found = await graph.read(node(media), MEDIA_FIELDS, scope=brand.comments)
    message = read_media(found, brand)
    place = Place(media, message.permalink, Kind.MENTION, names_us=True)
    items = _items(found, "comments", graph)
    below = list(_in_order(items, brand, place, None))
    for item in items:
        below += _in_order(_items(Reader(item, "comment"), "replies", graph), brand, place, None)
    return Thread((), message, tuple(sorted(below, key=lambda one: one.created_at)))


async def _below_mention(graph: Graph, brand: Brand, comment: str) -> Thread:
    """Return a comment elsewhere that names us, with what Instagram shows of the answers to it."""
    try:
        found = await mentioned_comment(graph, brand, comment, f"{MENTIONED_FIELDS},{ANSWERS}")
    except Refused:
        found = await mentioned_comment(graph, brand, comment, NAMELESS_FIELDS)
    message = mention_in(found, brand)
    place = Place(bare(message.post or ""), message.permalink, Kind.MENTION)
    return Thread((), message, _in_order(_items(found, "replies", graph), brand, place, comment))


def _items(of: Reader, edge: str, graph: Graph) -> tuple[Any, ...]:
    block = of.raw(edge)
    return () if block is None else slice_of(block, graph.host).items


async def _exchange(graph: Graph, brand: Brand, remote_id: str) -> Thread:
    person = await partner(graph, brand, bare(remote_id))
    messages = await recent_messages(graph, brand, person)
    places = [place for place, message in enumerate(messages) if message.remote_id == remote_id]
    if not places:
        raise Refused(say("Instagram gives the newest twenty messages of an exchange alone, and this is an older one"))
    place = places[0]
    return Thread(tuple(messages[:place]), messages[place], tuple(messages[place + 1 :]))


def _in_order(items: Iterable[Any], brand: Brand, place: Place, above: str | None) -> tuple[Message, ...]:
    """Return what is readable, oldest first; their times are whole seconds, their ids grow."""
    found = [one for item in items for one in _maybe(partial(read_comment, item, brand, place, above))]
    return tuple(sorted(found, key=lambda one: (one.created_at, len(one.remote_id), one.remote_id)))


def _maybe(read: Callable[[], Message]) -> list[Message]:
    """Return what is read, nothing where that fails: one odd item does not hide the rest of its thread."""
    try:
        return [read()]
    except Shape:
        return []
