"""What can be done to a message or a person, apart from answering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape, listing, mapping, unreadable
from cminbox.networks.mastodon.api import segment, status_path
from cminbox.networks.mastodon.lists import neighbours
from cminbox.networks.mastodon.sending import read_one
from cminbox.networks.mastodon.statuses import exchange_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cminbox.networks.mastodon.api import Api, Params
    from cminbox.networks.mastodon.statuses import Status

LONGEST_COMMENT = 1_000
_MOST_PAGES = 5
_NOTIFICATIONS: Params = (("limit", "40"), ("types[]", "mention"), ("types[]", "quote"))
_CONVERSATIONS: Params = (("limit", "40"),)


async def favourite(api: Api, remote_id: str, *, on: bool) -> None:
    """Favourite a status, or take it back. Raises NetworkFailure."""
    act = "favourite" if on else "unfavourite"
    await api.act(status_path(remote_id, act), scope="write:favourites")


async def boost(api: Api, remote_id: str) -> None:
    """Boost a status. Raises Refused for one that not everybody may read: it would leave the circle it is meant for."""
    if not (await read_one(api, remote_id)).for_everybody:
        raise Refused(say("What was written in private cannot be shared on Mastodon"))
    await api.act(status_path(remote_id, "reblog"), scope="write:statuses")


async def unboost(api: Api, remote_id: str) -> None:
    """Take a boost back; where there is none all is well. Raises NetworkFailure."""
    if not (await read_one(api, remote_id)).for_everybody:
        raise Refused(say("What was written in private cannot be shared on Mastodon"))
    await api.act(status_path(remote_id, "unreblog"), scope="write:statuses")


async def block(api: Api, person_id: str) -> None:
    """Block an account. Raises NetworkFailure."""
    await api.act(f"/api/v1/accounts/{segment(person_id)}/block", scope="write:blocks")


async def mute(api: Api, person_id: str) -> None:
    """Mute an account, its notifications included. Raises NetworkFailure."""
    await api.act(f"/api/v1/accounts/{segment(person_id)}/mute", {"notifications": True}, scope="write:mutes")


async def unmute(api: Api, person_id: str) -> None:
    """Hear of an account again. Raises NetworkFailure."""
    await api.act(f"/api/v1/accounts/{segment(person_id)}/unmute", scope="write:mutes")


async def report(api: Api, remote_id: str, reason: str) -> None:
    """Report a status to the moderators of our own server. Raises NetworkFailure."""
    status = await read_one(api, remote_id)
    body = {"account_id": status.author, "status_ids": [status.id], "comment": reason[:LONGEST_COMMENT]}
    await api.act("/api/v1/reports", body, scope="write:reports")


async def delete(api: Api, remote_id: str) -> None:
    """Delete a status of ours; one that is gone is fine. Raises Refused for another's: the server would say "gone"."""
    me = (await api.me()).id
    try:
        status = await read_one(api, remote_id)
        if status.author != me:
            raise Refused(say("Only our own messages can be deleted on Mastodon"))
        await api.remove(status_path(remote_id), scope="write:statuses")
    except Gone:
        return


async def mark_read(api: Api, remote_id: str) -> None:
    """Tell the server that a message was read: its private conversation, or all notifications up to it.

    Mastodon keeps one mark for all notifications, it is never moved back. Raises NetworkFailure.
    """
    status = await read_one(api, remote_id)
    if status.direct:
        await _read_conversation(api, status)
    else:
        await _read_up_to(api, status.id)


async def _read_conversation(api: Api, status: Status) -> None:
    me = (await api.me()).id
    wanted = status.exchange(me)
    async for item in _items(api, "/api/v1/conversations", _CONVERSATIONS, "read:statuses"):
        try:
            conversation = Reader(item, "conversation")
            people = {Reader(account, "account").identifier("id") for account in conversation.items("accounts")}
            last = conversation.maybe_object("last_status")
            newest = None if last is None else last.maybe_identifier("id")
            identifier, unread = conversation.identifier("id"), conversation.flag("unread")
        except Shape:
            continue
        from_the_same = exchange_of(people - {me}) == wanted
        if newest == status.id or (from_the_same and unread):
            await api.act(f"/api/v1/conversations/{segment(identifier)}/read", scope="write:conversations")
            if newest == status.id:
                return


async def _read_up_to(api: Api, status_id: str) -> None:
    marked = await _marker(api)
    grouped = (await api.facts()).grouped
    params = (*_NOTIFICATIONS, ("include_filtered", "true")) if grouped else _NOTIFICATIONS
    async for item in _items(api, "/api/v1/notifications", params, "read:notifications"):
        try:
            notification = Reader(item, "notification")
            identifier = notification.identifier("id")
            status = notification.maybe_object("status")
            found = status is not None and status.identifier("id") == status_id
        except Shape:
            continue
        if marked is not None and not _newer(identifier, marked):
            return
        if found:
            body = {"notifications": {"last_read_id": identifier}}
            await api.act("/api/v1/markers", body, scope="write:statuses")
            return


async def _marker(api: Api) -> str | None:
    answer = await api.get("/api/v1/markers", (("timeline[]", "notifications"),), scope="read:statuses")
    try:
        notifications = mapping(answer.body, api.host).maybe_object("notifications")
        return None if notifications is None else notifications.maybe_identifier("last_read_id")
    except Shape as shape:
        raise unreadable(shape) from None


async def _items(api: Api, path: str, params: Params, scope: str) -> AsyncIterator[Any]:
    """Yield the items of a list, newest first, from a bounded number of pages."""
    position: Params | None = ()
    for _ in range(_MOST_PAGES):
        if position is None:
            return
        answer = await api.get(path, params + position, scope=scope)
        items = listing(answer.body, api.host)
        for item in items:
            yield item
        position = neighbours(answer.headers, params).get("next") if items else None


def _newer(one: str, other: str) -> bool:
    """Whether an id is newer than another: ids are text, and the longer one is the later one."""
    return (len(one), one) > (len(other), other)
