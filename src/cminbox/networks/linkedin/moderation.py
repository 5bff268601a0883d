"""What can be done to comments, apart from answering: deleting and liking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.networks.linkedin.comments import path_to
from cminbox.networks.linkedin.sending import named_place
from cminbox.networks.linkedin.urns import encoded, is_post, record

if TYPE_CHECKING:
    from cminbox.networks.linkedin.api import Api

_LIKE = "LIKE"


async def delete(api: Api, remote_id: str) -> None:
    """Delete a comment as the Page; one that is gone is fine. Raises NetworkFailure."""
    if is_post(remote_id):
        raise Refused(say("This is somebody else's post; only its author can delete it"))
    name = named_place(remote_id).name
    path = f"{path_to(name.thread)}/{encoded(name.number)}?actor={encoded(api.me)}"
    try:
        await api.act("DELETE", path)
    except Gone:
        return


async def like(api: Api, remote_id: str) -> None:
    """Like a comment or a post as the Page, unless it reacted to it already. Raises NetworkFailure."""
    try:
        await api.get(_reaction(api, remote_id))
    except Gone:
        body = {"root": _entity(remote_id), "reactionType": _LIKE}
        await api.act("POST", f"/reactions?actor={encoded(api.me)}", body)


async def unlike(api: Api, remote_id: str) -> None:
    """Take the Page's reaction back. Raises NetworkFailure."""
    try:
        await api.act("DELETE", _reaction(api, remote_id))
    except Gone:
        return


def _reaction(api: Api, remote_id: str) -> str:
    return f"/reactions/{record(actor=api.me, entity=_entity(remote_id))}"


def _entity(remote_id: str) -> str:
    """Return the URN of a post or a comment. Raises Refused for what is neither."""
    return remote_id if is_post(remote_id) else named_place(remote_id).name.urn
