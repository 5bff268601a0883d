"""What can be done to a message, apart from answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.threads.account import BASIC, DELETE, MANAGE, MANIFEST
from cminbox.networks.threads.entities import FIELDS, above_of, read_post, root_of

if TYPE_CHECKING:
    from cminbox.network_kit.graph.client import Graph
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.threads.entities import Brand

_HIDDEN = "HIDDEN"


async def hide(graph: Graph, brand: Brand, remote_id: str, *, on: bool) -> None:
    """Hide an answer of the first level with all below it, or show it again. Raises NetworkFailure."""
    try:
        post = await _under_ours(graph, brand, remote_id, Capability.HIDE)
        if above_of(post) != root_of(post):
            raise Refused(say("Threads hides an answer to the post itself with all below it, not one below another"))
    except Shape as shape:
        raise unreadable(shape) from None
    if (post.raw("hide_status") == _HIDDEN) == on:
        return
    _done(await graph.act(node(remote_id, "manage_reply"), {"hide": on}, scope=MANAGE))


async def approve(graph: Graph, brand: Brand, remote_id: str) -> None:
    """Publish an answer that waits for our approval; one that does not wait any more is fine. Raises NetworkFailure."""
    try:
        post = await _under_ours(graph, brand, remote_id, Capability.APPROVE)
    except Shape as shape:
        raise unreadable(shape) from None
    try:
        _done(await graph.act(node(remote_id, "manage_pending_reply"), {"approve": True}, scope=MANAGE))
    except (Gone, Refused):
        if post.has("reply_approval_status"):
            raise


async def delete(graph: Graph, brand: Brand, remote_id: str) -> None:
    """Delete something of ours; what is gone is fine. Raises NetworkFailure."""
    try:
        post = await graph.read(node(remote_id), FIELDS, scope=BASIC)
        ours = read_post(post, brand, None).ours
    except Gone:
        return
    except Shape as shape:
        raise unreadable(shape) from None
    if not ours:
        raise Refused(say(MANIFEST.bounds[Capability.DELETE].why))
    try:
        await graph.remove(node(remote_id), scope=DELETE)
    except Gone:
        return


async def _under_ours(graph: Graph, brand: Brand, remote_id: str, act: Capability) -> Reader:
    """Return an answer under a post of ours. Raises Refused for what stands elsewhere, Shape, NetworkFailure."""
    fields = f"{FIELDS},hide_status,reply_approval_status"
    post = await graph.read(node(remote_id), fields, scope=BASIC)
    root = root_of(post)
    if root is not None:
        top = await graph.read(node(root), FIELDS, scope=BASIC)
        if read_post(top, brand, None).ours:
            return post
    raise Refused(say(MANIFEST.bounds[act].why))


def _done(body: object) -> None:
    """Raise Refused where a success says that nothing was done."""
    if isinstance(body, dict) and body.get("success") is False:
        raise Refused(say("Threads answered that it did not do this"))
