"""The private messages of one person with the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.graph.client import node
from cminbox.network_kit.graph.private_messages import NEWEST, recent
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.instagram.entities import MESSAGE_FIELDS, partner_of, read_message

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.brand import Brand

PLATFORM = "instagram"
_FIELDS = f"id,messages.limit({NEWEST}){{{MESSAGE_FIELDS}}}"


async def recent_messages(graph: Graph, brand: Brand, person: str) -> list[Message]:
    """Return the newest messages of a person with the account, oldest first. Raises NetworkFailure."""
    edge = node(brand.desk, "conversations")
    listed = await graph.page(edge, _FIELDS, scope=brand.messages, platform=PLATFORM, user_id=person)
    return recent(graph, listed, lambda one: read_message(one, brand, person))


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
