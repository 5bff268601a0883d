"""The context of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.contract import Thread
from cminbox.network_kit.reading import Shape, mapping, unreadable
from cminbox.networks.mastodon.api import status_path
from cminbox.networks.mastodon.sending import read_one
from cminbox.networks.mastodon.statuses import read_status, to_message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.domain.message import Message
    from cminbox.networks.mastodon.ancestry import Ancestry
    from cminbox.networks.mastodon.api import Api
    from cminbox.networks.mastodon.statuses import Status


async def read_thread(api: Api, ancestry: Ancestry, me: str, remote_id: str) -> Thread:
    """Return what stands above and below a status, our own posts included. Raises NetworkFailure."""
    status = await read_one(api, remote_id)
    answer = await api.get(status_path(remote_id, "context"), scope="read:statuses")
    context = mapping(answer.body, api.host)
    try:
        above, below = _readable(context.items("ancestors")), _readable(context.items("descendants"))
        await ancestry.learn((*above, status, *below))
        message = to_message(status, me, ancestry.place(status))
    except Shape as shape:
        raise unreadable(shape) from None
    return Thread(_messages(above, ancestry, me), message, _messages(below, ancestry, me))


def _messages(statuses: Iterable[Status], ancestry: Ancestry, me: str) -> tuple[Message, ...]:
    messages: list[Message] = []
    for status in statuses:
        try:
            messages.append(to_message(status, me, ancestry.place(status)))
        except Shape:
            # One odd status does not hide the rest of its thread.
            continue
    return tuple(sorted(messages, key=lambda message: message.created_at))


def _readable(items: Iterable[object]) -> list[Status]:
    found: list[Status] = []
    for item in items:
        try:
            found.append(read_status(item))
        except Shape:
            continue
    return found
