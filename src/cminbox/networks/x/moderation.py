"""Acts on what others wrote and on one's own posts. Doing one twice is fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.network import Capability
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.networks.x.account import MANIFEST
from cminbox.networks.x.api import not_done
from cminbox.networks.x.ids import is_id
from cminbox.networks.x.purse import BLOCKING, DELETING, HIDING, MUTING, UNMUTING

if TYPE_CHECKING:
    from cminbox.networks.x.api import Api


async def set_hidden(api: Api, remote_id: str, *, hidden: bool) -> None:
    """Hide a reply below a post of ours, or show it again. Raises NetworkFailure."""
    identifier = _post(remote_id, Capability.HIDE)
    data = await api.act("PUT", f"/tweets/{identifier}/hidden", {"hidden": hidden}, HIDING, "tweet.moderate.write")
    if data.raw("hidden") is (not hidden):
        not_done()


async def delete(api: Api, remote_id: str) -> None:
    """Delete a post of ours. Gone is fine. Raises NetworkFailure."""
    identifier = _post(remote_id, Capability.DELETE)
    try:
        data = await api.act("DELETE", f"/tweets/{identifier}", None, DELETING, "tweet.write")
    except Gone:
        return
    if data.raw("deleted") is False:
        not_done()


async def mute(api: Api, person_id: str) -> None:
    """Mute a person. Raises NetworkFailure."""
    me = await api.me()
    body = {"target_user_id": _person(person_id)}
    data = await api.act("POST", f"/users/{me.id}/muting", body, MUTING, "mute.write")
    if data.raw("muting") is False:
        not_done()


async def unmute(api: Api, person_id: str) -> None:
    """Hear of a person again. Raises NetworkFailure."""
    me = await api.me()
    data = await api.act("DELETE", f"/users/{me.id}/muting/{_person(person_id)}", None, UNMUTING, "mute.write")
    if data.raw("muting") is True:
        not_done()


async def block(api: Api, person_id: str) -> None:
    """Block a person's private messages. Raises NetworkFailure."""
    try:
        data = await api.act("POST", f"/users/{_person(person_id)}/dm/block", None, BLOCKING, "dm.write")
    except Gone:
        raise Refused(say("X does not know this person")) from None
    if data.raw("blocked") is False:
        not_done()


def _post(remote_id: str, act: Capability) -> str:
    """Return the id of a post. Raises Refused for what is none."""
    if not is_id(remote_id):
        raise Refused(say(MANIFEST.bounds[act].why))
    return remote_id


def _person(person_id: str) -> str:
    if not is_id(person_id):
        raise Refused(say("X does not know this person"))
    return person_id
