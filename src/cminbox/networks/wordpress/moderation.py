"""What can be done to comments and reviews, apart from answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone
from cminbox.networks.wordpress.errors import NoTrash
from cminbox.networks.wordpress.sending import number_of

if TYPE_CHECKING:
    from cminbox.networks.wordpress.api import Api


async def set_status(api: Api, remote_id: str, status: str) -> None:
    """Set what becomes of a comment or a review: both are moderated alike. Raises NetworkFailure."""
    await api.act("POST", _route(api, remote_id), json={"status": status})


async def delete(api: Api, remote_id: str) -> None:
    """Put a comment into the trash, from where it can be taken back for a month; gone is fine.

    A site that keeps no trash deletes it for good. Raises NetworkFailure.
    """
    try:
        route = _route(api, remote_id)
        try:
            await api.act("DELETE", route)
        except NoTrash:
            await api.act("DELETE", route, (("force", "true"),))
    except Gone:
        return


def _route(api: Api, remote_id: str) -> str:
    identifier = number_of(remote_id)
    if identifier is None:
        raise Gone(say("This comment no longer exists at {host}", host=api.host))
    return f"{api.comments}/{identifier}"
