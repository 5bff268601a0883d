"""What can be done to a message or a person, apart from answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.i18n import N_
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.graph.client import node
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.facebook.account import MANAGE, MANIFEST, MESSAGING, READ_PEOPLE
from cminbox.networks.facebook.exchanges import partner
from cminbox.networks.facebook.ids import MESSAGE, REVIEW, UNKNOWN_PERSON, address, is_comment

if TYPE_CHECKING:
    from cminbox.network_kit.graph.client import Graph

_NOT_ALLOWED = {
    "can_hide": N_("Facebook does not let the Page hide this comment"),
    "can_remove": N_("Facebook does not let the Page delete this comment"),
    "can_like": N_("Facebook does not let the Page like this comment"),
}


async def hide(graph: Graph, remote_id: str, *, on: bool) -> None:
    """Hide a comment or a post on the Page, or show it again. Raises NetworkFailure."""
    target = _openly(remote_id, Capability.HIDE)
    if is_comment(remote_id) and await _already(graph, target, "can_hide", "is_hidden", wanted=on):
        return
    _done(await graph.act(node(target), {"is_hidden": on}, scope=MANAGE))


async def delete(graph: Graph, remote_id: str) -> None:
    """Delete a comment or a post, ours or another's; one that is gone is fine. Raises NetworkFailure."""
    target = _openly(remote_id, Capability.DELETE)
    try:
        if is_comment(remote_id):
            await _already(graph, target, "can_remove", "is_hidden", wanted=None)
        await graph.remove(node(target), scope=MANAGE)
    except Gone:
        return


async def like(graph: Graph, remote_id: str, *, on: bool) -> None:
    """Like a comment or a post as the Page, or take it back. Raises NetworkFailure."""
    target = _openly(remote_id, Capability.LIKE)
    if is_comment(remote_id) and await _already(graph, target, "can_like", "user_likes", wanted=on):
        return
    if on:
        _done(await graph.act(node(target, "likes"), {}, scope=MANAGE))
    else:
        await graph.remove(node(target, "likes"), scope=MANAGE)


async def block(graph: Graph, page: str, person_id: str) -> None:
    """Block a person from the Page. Raises NetworkFailure."""
    if person_id.startswith(UNKNOWN_PERSON):
        raise Refused(say("Facebook keeps back who this is, so that nobody can be blocked"))
    body = await graph.act(node(page, "blocked"), {"user": [person_id]}, scope=MANAGE)
    if isinstance(body, dict) and body.get(person_id) is False:
        raise Refused(say("Facebook answered that it did not do this"))


async def mark_read(graph: Graph, page: str, remote_id: str) -> None:
    """Show a person that the private messages were seen. Raises NetworkFailure."""
    if not remote_id.startswith(MESSAGE):
        raise Refused(say(MANIFEST.bounds[Capability.MARK_READ].why))
    person = await partner(graph, page, address(remote_id))
    body = {"recipient": {"id": person}, "sender_action": "mark_seen"}
    await graph.act(node(page, "messages"), body, scope=MESSAGING)


def _done(body: object) -> None:
    """Raise Refused where a success says that nothing was done."""
    if isinstance(body, dict) and body.get("success") is False:
        raise Refused(say("Facebook answered that it did not do this"))


def _openly(remote_id: str, act: Capability) -> str:
    """Return the address of a comment or post. Raises Refused for what is neither."""
    if remote_id.startswith((MESSAGE, REVIEW)):
        raise Refused(say(MANIFEST.bounds[act].why))
    return address(remote_id)


async def _already(graph: Graph, comment: str, may: str, state: str, *, wanted: bool | None) -> bool:
    """Whether a comment is in the wanted state. Raises Refused when Facebook says that the Page may not change it."""
    found = await graph.read(node(comment), f"id,{may},{state}", scope=READ_PEOPLE)
    try:
        if wanted is not None and found.flag(state) == wanted:
            return True
        allowed = found.flag(may, default=True)
    except Shape as shape:
        raise unreadable(shape) from None
    if not allowed and wanted is not False:
        raise Refused(say(_NOT_ALLOWED[may]))
    return False
