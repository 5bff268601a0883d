"""What may be done to posts and people besides answering. Doing any of it twice is fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.networks.discourse.api import segment
from cminbox.networks.discourse.notices import LIMIT, read_notice, read_page
from cminbox.networks.discourse.queue import APPROVING, REJECTING, REVIEW, decide
from cminbox.networks.discourse.sending import read_one

if TYPE_CHECKING:
    from cminbox.networks.discourse.api import Api
    from cminbox.networks.discourse.posts import Post

LIKE, NOTIFY_MODERATORS = 2, 7
MUTE, NORMAL = "mute", "normal"
_MOST_PAGES = 5


async def like(api: Api, remote_id: str) -> None:
    """Like a post. Raises NetworkFailure."""
    post = await _seen(api, remote_id)
    if not acted(post, LIKE):
        await api.act("POST", "/post_actions.json", {"id": int(post.id), "post_action_type_id": LIKE})


async def unlike(api: Api, remote_id: str) -> None:
    """Take a like back, which a forum allows for some minutes only. Raises NetworkFailure."""
    post = await _seen(api, remote_id)
    try:
        if acted(post, LIKE):
            await api.act("DELETE", f"/post_actions/{post.id}.json", params=(("post_action_type_id", str(LIKE)),))
    except Gone:
        return


async def report(api: Api, remote_id: str, reason: str) -> None:
    """Tell the forum's moderators of a post, in our own words. Raises NetworkFailure."""
    post = await _seen(api, remote_id)
    if not acted(post, NOTIFY_MODERATORS):
        said = {"id": int(post.id), "post_action_type_id": NOTIFY_MODERATORS, "message": reason}
        await api.act("POST", "/post_actions.json", said)


async def delete(api: Api, remote_id: str) -> None:
    """Delete a post, or reject one that nobody has seen yet. Raises NetworkFailure."""
    try:
        if remote_id.startswith(REVIEW):
            await decide(api, remote_id.removeprefix(REVIEW), REJECTING)
            return
        await read_one(api, remote_id)
        await api.act("DELETE", f"/posts/{remote_id}.json")
    except Gone:
        return


async def approve(api: Api, remote_id: str) -> None:
    """Let a post be seen that waits for it, or dismiss what members flagged. Raises NetworkFailure."""
    if remote_id.startswith(REVIEW):
        await decide(api, remote_id.removeprefix(REVIEW), APPROVING)
        return
    post = await _seen(api, remote_id)
    item = post.source.raw("reviewable_id")
    if isinstance(item, int) and not isinstance(item, bool):
        await decide(api, str(item), APPROVING)


async def set_level(api: Api, person_id: str, level: str) -> None:
    """Mute a person, or hear of that person again. Raises NetworkFailure."""
    name = await _username(api, person_id)
    await api.act("PUT", f"/u/{segment(name)}/notification_level.json", {"notification_level": level})
    api.forget_muted()


async def mark_read(api: Api, remote_id: str) -> None:
    """Mark the notifications of a post as read. Raises NetworkFailure."""
    if remote_id.startswith(REVIEW):
        return
    post = await _seen(api, remote_id)
    for page in range(_MOST_PAGES):
        items = await read_page(api, page)
        for item in items:
            notice = read_notice(item)
            if notice is not None and (notice.topic, notice.number) == post.place and not notice.read:
                await api.act("PUT", "/notifications/mark-read.json", {"id": notice.id})
        if len(items) < LIMIT:
            return


def acted(post: Post, kind: int) -> bool:
    """Whether we have done this to a post already."""
    try:
        actions = [Reader(item, "action") for item in post.source.items("actions_summary") if isinstance(item, dict)]
    except Shape:
        return False
    return any(action.raw("id") == kind and action.raw("acted") is True for action in actions)


async def _seen(api: Api, remote_id: str) -> Post:
    if remote_id.startswith(REVIEW):
        raise Refused(say("Nobody can see this post yet; approve it or reject it first"))
    return await read_one(api, remote_id)


async def _username(api: Api, person_id: str) -> str:
    """Return the name that a person goes by now: it may have changed. Raises Gone for who has left."""
    body = await api.get("/user-cards.json", (("user_ids", person_id),))
    try:
        for item in body.items("users"):
            user = Reader(item, "user")
            if user.identifier("id") == person_id:
                return user.text("username")
    except Shape as shape:
        raise unreadable(shape) from None
    raise Gone(say("{host} no longer knows this person", host=api.host))
