"""The private messages of one person with the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.graph.client import node, slice_of
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.instagram.entities import MESSAGE_FIELDS, partner_of, read_message

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.brand import Brand

PLATFORM = "instagram"
NEWEST = "20"
"""Instagram gives the details of so many of an exchange's newest messages alone."""
_FIELDS = f"id,messages.limit({NEWEST}){{{MESSAGE_FIELDS}}}"


async def recent_messages(graph: Graph, brand: Brand, person: str) -> list[Message]:
    """Return the newest messages of a person with the account, oldest first. Raises NetworkFailure."""
    edge = node(brand.desk, "conversations")
    listed = await graph.page(edge, _FIELDS, scope=brand.messages, platform=PLATFORM, user_id=person)
    found: list[Message] = []
    for item in listed.items:
        block = item.get("messages") if isinstance(item, dict) else None
        if block is None:
            continue
        for one in slice_of(block, graph.host).items:
            try:
                found.append(read_message(one, brand, person))
            except Shape:
                # Of older messages only the ids are given.
                continue
    # They come newest first, and their times are whole seconds.
    found.reverse()
    return sorted(found, key=lambda message: message.created_at)


async def partner(graph: Graph, brand: Brand, message_id: str) -> str:
    """Return with whom a message was exchanged. Raises NetworkFailure."""
    message = await graph.read(node(message_id), "id,from,to", scope=brand.messages)
    try:
        found = partner_of(message, brand)
        if found is None:
            raise _nobody(message)
    except Shape as shape:
        raise unreadable(shape) from None
    return found


def _nobody(message: Reader) -> Shape:
    return Shape(f"{message.where}.to", "a person")
