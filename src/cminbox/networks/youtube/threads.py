"""The context of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import NotSupported
from cminbox.networks.youtube import walking
from cminbox.networks.youtube.live import chat_of
from cminbox.networks.youtube.sending import find_comment

if TYPE_CHECKING:
    from cminbox.networks.youtube.api import Api
    from cminbox.networks.youtube.comments import Comment


async def read_thread(api: Api, remote_id: str) -> Thread:
    """Return what stands above and below a comment: all of its thread, by time. Raises NetworkFailure."""
    if chat_of(remote_id) is not None:
        raise NotSupported(say("A live chat runs on; YouTube shows no single message of it"))
    me = (await api.me()).id
    comment = await find_comment(api, remote_id)
    top = comment if comment.parent is None else await find_comment(api, comment.parent)
    replies = {one.id: one for one in await walking.replies_of(api, top)}
    others = sorted((one for one in replies.values() if one.id not in {comment.id, top.id}), key=_age)
    above = [one.message(me) for one in others if comment.parent is not None and _age(one) < _age(comment)]
    below = [one.message(me) for one in others if comment.parent is None or _age(one) >= _age(comment)]
    if comment.parent is not None:
        above.insert(0, top.message(me))
    return Thread(tuple(above), comment.message(me), tuple(below))


def _age(comment: Comment) -> tuple[int, str]:
    """Return what orders replies: ids decide between those of one second."""
    return comment.at, comment.id
