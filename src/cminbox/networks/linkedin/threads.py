"""The context of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.contract import Thread
from cminbox.network_kit.reading import Shape, unreadable
from cminbox.networks.linkedin.comments import below, comment_at
from cminbox.networks.linkedin.entities import read_post
from cminbox.networks.linkedin.sending import named_place
from cminbox.networks.linkedin.urns import encoded, is_post

if TYPE_CHECKING:
    from cminbox.domain.message import Message
    from cminbox.networks.linkedin.api import Api
    from cminbox.networks.linkedin.entities import Comment
    from cminbox.networks.linkedin.people import People


async def read_thread(api: Api, people: People, remote_id: str) -> Thread:
    """Return what stands above and below a message. Raises NetworkFailure, Gone when it no longer exists."""
    if is_post(remote_id):
        return await _below_post(api, people, remote_id)
    place = named_place(remote_id)
    comment = await comment_at(api, place.name)
    top = comment if comment.parent is None else await comment_at(api, comment.parent)
    others = (await below(api, top.name.urn)).comments
    answers = sorted((one for one in others if one.name not in {comment.name, top.name}), key=_age)
    earlier = [one for one in answers if comment.parent is not None and _age(one) < _age(comment)]
    later = [one for one in answers if comment.parent is None or _age(one) >= _age(comment)]
    above = earlier if comment.parent is None else [top, *earlier]
    return Thread(
        tuple([await _message(api, people, one, place.mention) for one in above]),
        await _message(api, people, comment, place.mention),
        tuple([await _message(api, people, one, place.mention) for one in later]),
    )


async def _below_post(api: Api, people: People, urn: str) -> Thread:
    try:
        post = read_post(await api.get(f"/posts/{encoded(urn)}"))
    except Shape as shape:
        raise unreadable(shape) from None
    found = (await below(api, urn)).comments
    comments = [await _message(api, people, one, urn) for one in sorted(found, key=_age)]
    return Thread((), post.message(api.me, await people.named(post.author)), tuple(comments))


async def _message(api: Api, people: People, comment: Comment, mention: str | None) -> Message:
    return comment.message(api.me, await people.named(comment.author), mention=mention)


def _age(comment: Comment) -> tuple[int, int, str]:
    """Return what orders comments: numbers decide between those of one millisecond."""
    return comment.at, len(comment.name.number), comment.name.number
