"""The routes that change something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.weighted import length
from cminbox.simulators.wire import Response
from cminbox.simulators.x.world import between

if TYPE_CHECKING:
    from cminbox.simulators.x.desk import Desk
    from cminbox.simulators.x.world import Post

_CREATED = 201
LONGEST_POST = 280
LONGEST_MESSAGE = 10_000


def create_post(desk: Desk) -> Response:
    """POST /2/tweets: an answer, to whoever called the brand."""
    body = desk.request.json()
    text, target = body.get("text") or "", (body.get("reply") or {}).get("in_reply_to_tweet_id")
    above = None if target is None else desk.world.get(target)
    if not text.strip() or length(text) > LONGEST_POST:
        return desk.refusal(403 if text.strip() else 400, "", "Your Tweet text is too long.")
    if target is not None and (above is None or above.author.protected):
        # X says this in words only: it has no type of its own.
        return desk.refusal(403, "", "You attempted to reply to a Tweet that is deleted or not visible to you.")
    if above is not None and not desk.rules.enterprise and not _called(desk, above):
        return desk.refusal(403, "", "Reply to this conversation is not allowed because you have not been mentioned.")
    if any(one.replied_to == target and text in one.versions.values() for one in _own(desk)):
        return desk.refusal(403, "", "You are not allowed to create a Tweet with duplicate content.")
    post = desk.world.post(desk.brand, text, under=target)
    return Response.of({"data": {"id": post.id, "text": text, "edit_history_post_ids": [post.id]}}, _CREATED)


def delete_post(desk: Desk) -> Response:
    """DELETE /2/tweets/{id}: one's own."""
    post = desk.world.get(desk.values["id"])
    if post is None:
        return desk.refusal(404, "resource-not-found")
    if post.author is not desk.brand:
        return desk.refusal(403, "", "You are not authorized to delete this Tweet.")
    desk.world.delete(post.id)
    return Response.of({"data": {"deleted": True}})


def hide(desk: Desk) -> Response:
    """PUT /2/tweets/{tweet_id}/hidden: replies below one's own posts."""
    post = desk.world.get(desk.values["tweet_id"])
    if post is None:
        return desk.refusal(404, "resource-not-found")
    root = desk.world.get(post.conversation)
    if root is None or root.author is not desk.brand or root is post:
        return desk.refusal(403, "", "You can only hide replies to your own Tweets.")
    post.hidden = bool(desk.request.json()["hidden"])
    return Response.of({"data": {"hidden": post.hidden}})


def mute(desk: Desk) -> Response:
    """POST /2/users/{id}/muting."""
    target = desk.request.json()["target_user_id"]
    if desk.values["id"] != desk.brand.id or target not in desk.world.users:
        return desk.refusal(404, "resource-not-found")
    desk.world.muted.add(target)
    return Response.of({"data": {"muting": True}})


def unmute(desk: Desk) -> Response:
    """DELETE /2/users/{source_user_id}/muting/{target_user_id}."""
    target = desk.values["target_user_id"]
    if desk.values["source_user_id"] != desk.brand.id or target not in desk.world.users:
        return desk.refusal(404, "resource-not-found")
    desk.world.muted.discard(target)
    return Response.of({"data": {"muting": False}})


def block(desk: Desk) -> Response:
    """POST /2/users/{id}/dm/block."""
    if desk.values["id"] not in desk.world.users:
        return desk.refusal(404, "resource-not-found")
    desk.world.blocked.add(desk.values["id"])
    return Response.of({"data": {"blocked": True}})


def write_to(desk: Desk) -> Response:
    """POST /2/dm_conversations/with/{participant_id}/messages."""
    other = desk.world.users.get(desk.values["participant_id"])
    if other is None or other is desk.brand:
        return desk.refusal(403, "", "You cannot send messages to this user.")
    return _write(desk, between(desk.brand, other))


def write_into(desk: Desk) -> Response:
    """POST /2/dm_conversations/{dm_conversation_id}/messages."""
    return _write(desk, desk.values["dm_conversation_id"])


def _write(desk: Desk, conversation: str) -> Response:
    text = desk.request.json().get("text") or ""
    if not text or len(text) > LONGEST_MESSAGE:
        return desk.refusal(400, "invalid-request")
    event = desk.world.write(desk.brand, text, conversation)
    return Response.of({"data": {"dm_conversation_id": conversation, "dm_event_id": event.id}}, _CREATED)


def _called(desk: Desk, post: Post) -> bool:
    """Whether an author called the brand: named it, answered it, or quoted a post of it."""
    quoted = None if post.quotes is None else desk.world.get(post.quotes)
    by_quote = quoted is not None and quoted.author is desk.brand
    return post.author is desk.brand or by_quote or desk.brand in desk.world.mentioned(post)


def _own(desk: Desk) -> list[Post]:
    return [post for post in desk.world.posts.values() if post.author is desk.brand and post.replied_to is not None]
