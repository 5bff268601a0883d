"""Private messages with one person on a network of Meta: the newest of them, and until when they may be answered.

Meta tells of both for Messenger and for Instagram alike: https://developers.facebook.com/docs/messenger-platform/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused
from cminbox.network_kit.graph.client import slice_of
from cminbox.network_kit.reading import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.domain.message import Message
    from cminbox.network_kit.graph.client import Graph, Slice

_DAY_SECONDS = 24 * 3600
RESPONSE_SECONDS = _DAY_SECONDS
"""So long after a person's last message any answer is accepted; later only one by a human."""
HUMAN_SECONDS = 7 * _DAY_SECONDS
"""So long after a person's last message an answer by a human is accepted."""
PRIVATE_REPLY_SECONDS = 7 * _DAY_SECONDS
"""So long after it was written a comment can be answered privately."""
NEWEST = "20"
"""The details of so many of an exchange's newest messages are given, of older ones only the ids."""


def recent(graph: Graph, exchanges: Slice, read: Callable[[Any], Message]) -> list[Message]:
    """Return the messages that came inside of a list of exchanges, oldest first. Raises Unreadable.

    `read` reads one; those for which it raises Shape are left out: of older messages only the ids are given.
    """
    found: list[Message] = []
    for item in exchanges.items:
        block = item.get("messages") if isinstance(item, dict) else None
        if block is None:
            continue
        for one in slice_of(block, graph.host).items:
            try:
                found.append(read(one))
            except Shape:
                continue
    # They come newest first, and their times are whole seconds.
    found.reverse()
    return sorted(found, key=lambda message: message.created_at)


def manner(graph: Graph, messages: Sequence[Message], *, human_agent: bool) -> dict[str, str]:
    """Return how an answer to these messages may be sent now, by the time of the person's last one.

    `human_agent` is whether the app was granted that permission. Raises Refused when it is too late.
    """
    heard = [message.created_at for message in messages if not message.ours]
    title = graph.title
    if not heard:
        raise Refused(say("{network} shows no message of this person that could be answered", network=title))
    waited = (graph.now() - max(heard)) / 1000
    if waited < RESPONSE_SECONDS:
        return {"messaging_type": "RESPONSE"}
    if waited >= HUMAN_SECONDS:
        raise Refused(
            say(
                "{network} lets a person be answered for seven days after the last message, which are over",
                network=title,
            )
        )
    if not human_agent:
        raise Refused(
            say(
                "{network} lets a person be answered for 24 hours, unless the app has the Human Agent permission",
                network=title,
            )
        )
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


def check_private_reply(graph: Graph, written_at: int) -> None:
    """Raise Refused when a comment, written at `written_at` (UTC milliseconds), is too old for a private answer."""
    if graph.now() - written_at >= PRIVATE_REPLY_SECONDS * 1000:
        raise Refused(
            say("{network} lets a comment be answered privately for seven days, which are over", network=graph.title)
        )
