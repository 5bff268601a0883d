"""What can be done to a message, apart from answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.instagram.account import MANIFEST
from cminbox.networks.instagram.exchanges import partner
from cminbox.networks.instagram.ids import MESSAGE, bare, is_comment

if TYPE_CHECKING:
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.instagram.brand import Brand


async def hide(graph: Graph, brand: Brand, remote_id: str, *, on: bool) -> None:
    """Hide a comment under one of our posts, or show it again. Raises NetworkFailure."""
    _under_ours(remote_id, Capability.HIDE)
    found = await graph.read(node(remote_id), "id,hidden", scope=brand.comments)
    try:
        if found.has("hidden") and found.flag("hidden") == on:
            return
    except Shape as shape:
        raise unreadable(shape) from None
    _done(await graph.act(node(remote_id), {"hide": on}, scope=brand.comments))


async def delete(graph: Graph, brand: Brand, remote_id: str) -> None:
    """Delete a comment under one of our posts, ours or another's; one that is gone is fine. Raises NetworkFailure."""
    _under_ours(remote_id, Capability.DELETE)
    try:
        await graph.remove(node(remote_id), scope=brand.comments)
    except Gone:
        return


async def mark_read(graph: Graph, brand: Brand, remote_id: str) -> None:
    """Show a person that the private messages were seen. Raises NetworkFailure."""
    if not remote_id.startswith(MESSAGE):
        raise Refused(say(MANIFEST.bounds[Capability.MARK_READ].why))
    person = await partner(graph, brand, bare(remote_id))
    body = {"recipient": {"id": person}, "sender_action": "mark_seen"}
    await graph.act(node(brand.desk, "messages"), body, scope=brand.messages)


def _under_ours(remote_id: str, act: Capability) -> None:
    if not is_comment(remote_id):
        raise Refused(say(MANIFEST.bounds[act].why))


def _done(body: object) -> None:
    """Raise Refused where a success says that nothing was done."""
    if isinstance(body, dict) and body.get("success") is False:
        raise Refused(say("Instagram answered that it did not do this"))
