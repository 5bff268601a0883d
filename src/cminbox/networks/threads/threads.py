"""The context of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.threads.account import BASIC, READ
from cminbox.networks.threads.entities import FIELDS, above_of, read_post, root_of

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.client import Graph
    from cminbox.networks.threads.entities import Brand

_MOST_ABOVE = 10
_MOST_PAGES = 4


async def read_thread(graph: Graph, brand: Brand, remote_id: str) -> Thread:
    """Return what stands above and below a message. Raises NetworkFailure, Gone when it no longer exists."""
    try:
        return await _read_thread(graph, brand, remote_id)
    except Shape as shape:
        raise unreadable(shape) from None


async def _read_thread(graph: Graph, brand: Brand, remote_id: str) -> Thread:
    post = await graph.read(node(remote_id), FIELDS, scope=BASIC)
    above: list[Reader] = []
    climbing = above_of(post)
    while climbing is not None and len(above) < _MOST_ABOVE:
        try:
            upper = await graph.read(node(climbing), FIELDS, scope=BASIC)
        except (Gone, Refused):
            # What was deleted, or is private, is missing above; the rest of the thread is shown.
            break
        above.append(upper)
        climbing = above_of(upper)
    above.reverse()
    root = _our_root(above, root_of(post), brand)
    found = [read_post(one, brand, root if above_of(one) is not None else None) for one in above]
    return Thread(tuple(found), read_post(post, brand, root), await _below(graph, brand, remote_id, root))


def _our_root(above: list[Reader], root: str | None, brand: Brand) -> str | None:
    """Return the post at the top when it is our own, None otherwise."""
    top = above[0] if above else None
    if top is None or above_of(top) is not None:
        return None
    ours = read_post(top, brand, None).ours
    return (root or top.identifier("id")) if ours else None


async def _below(graph: Graph, brand: Brand, remote_id: str, root: str | None) -> tuple[Message, ...]:
    found: list[Any] = []
    after: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        listed = await graph.page(
            node(remote_id, "conversation"), FIELDS, scope=READ, reverse="false", limit="50", **after
        )
        found += listed.items
        if listed.after is None:
            break
        after = {"after": listed.after}
    messages: list[Message] = []
    for item in found:
        try:
            messages.append(read_post(item, brand, root))
        except Shape:
            # One odd item does not hide the rest of its thread.
            continue
    return tuple(sorted(messages, key=lambda message: message.created_at))
