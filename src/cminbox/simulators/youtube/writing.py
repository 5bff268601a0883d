"""The routes that change something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.wire import Response
from cminbox.simulators.youtube.views import View, chat_message
from cminbox.simulators.youtube.world import HELD, PUBLISHED, REJECTED

if TYPE_CHECKING:
    from cminbox.simulators.youtube.desk import Desk

MOST_CHARACTERS = 10_000
CHAT_CHARACTERS = 200
_NO_CONTENT = 204


def insert_comment(desk: Desk) -> Response:
    """POST comments: a reply below a comment at the top."""
    snippet = desk.request.json().get("snippet") or {}
    text, parent = snippet.get("textOriginal") or "", desk.world.comments.get(snippet.get("parentId") or "")
    if not text.strip():
        return desk.refusal(400, "commentTextRequired")
    if len(text) > MOST_CHARACTERS:
        return desk.refusal(400, "commentTextTooLong")
    if parent is None:
        return desk.refusal(404, "parentCommentNotFound")
    if parent.parent is not None:
        return desk.refusal(400, "processingFailure")
    if parent.status != PUBLISHED:
        return desk.refusal(400, "parentCommentIsPrivate")
    comment = desk.world.comment(desk.world.brand, text, under=parent.id)
    return Response.of(View(desk.world, status=False, bare=desk.rules.bare).comment(comment))


def update_comment(desk: Desk) -> Response:
    """PUT comments: one's own words."""
    body = desk.request.json()
    comment = desk.world.comments.get(body.get("id") or "")
    if comment is None:
        return desk.refusal(404, "commentNotFound")
    if comment.author is not desk.world.brand:
        return desk.refusal(403, "forbidden")
    comment.text = (body.get("snippet") or {}).get("textOriginal") or comment.text
    comment.edited_at = desk.world.now()
    return Response.of(View(desk.world, status=False, bare=desk.rules.bare).comment(comment))


def delete_comment(desk: Desk) -> Response:
    """DELETE comments: one's own; another's is moderated instead."""
    comment = desk.world.comments.get(desk.request.first("id") or "")
    if comment is None:
        return desk.refusal(404, "commentNotFound")
    if comment.author is not desk.world.brand:
        return desk.refusal(403, "forbidden")
    desk.world.delete(comment.id)
    return Response(_NO_CONTENT)


def moderate(desk: Desk) -> Response:
    """POST comments/setModerationStatus: all of them or none."""
    status, ban = desk.request.first("moderationStatus"), desk.flag("banAuthor")
    found = [desk.world.comments.get(one) for one in desk.many("id")]
    if status not in {PUBLISHED, HELD, REJECTED}:
        return desk.refusal(400, "invalidModerationStatus")
    if ban and status != REJECTED:
        return desk.refusal(400, "banWithoutReject")
    if any(one is None for one in found):
        return desk.refusal(404, "commentNotFound")
    for comment in found:
        if comment is not None:
            comment.status = status
            comment.author.banned = comment.author.banned or ban
    return Response(_NO_CONTENT)


def mark_as_spam(desk: Desk) -> Response:
    """POST comments/markAsSpam: described, and not supported any more."""
    return desk.refusal(400, "operationNotSupported")


def insert_chat_message(desk: Desk) -> Response:
    """POST liveChat/messages."""
    snippet = desk.request.json().get("snippet") or {}
    chat = desk.world.chats.get(snippet.get("liveChatId") or "")
    text = (snippet.get("textMessageDetails") or {}).get("messageText") or ""
    if chat is None:
        return desk.refusal(404, "liveChatNotFound", "youtube.liveChat")
    if chat.ended_at is not None:
        return desk.refusal(403, "liveChatEnded", "youtube.liveChat")
    if snippet.get("type") != "textMessageEvent" or not text:
        return desk.refusal(400, "messageTextRequired", "youtube.liveChat")
    if len(text) > CHAT_CHARACTERS:
        return desk.refusal(400, "messageTextInvalid", "youtube.liveChat")
    return Response.of(chat_message(desk.world, chat, desk.world.chat(chat, desk.world.brand, text)))


def delete_chat_message(desk: Desk) -> Response:
    """DELETE liveChat/messages: anybody's, in one's own chat."""
    identifier = desk.request.first("id")
    for chat in desk.world.chats.values():
        for message in chat.messages:
            if message.id == identifier and message.type == "textMessageEvent":
                message.type, message.text = "tombstone", ""
                desk.world.chat(chat, desk.world.brand, "", kind="messageDeletedEvent", about=message.id)
                return Response(_NO_CONTENT)
    return desk.refusal(404, "liveChatMessageNotFound", "youtube.liveChat")


def ban_from_chat(desk: Desk) -> Response:
    """POST liveChat/bans."""
    snippet = desk.request.json().get("snippet") or {}
    chat = desk.world.chats.get(snippet.get("liveChatId") or "")
    viewer = desk.world.viewers.get((snippet.get("bannedUserDetails") or {}).get("channelId") or "")
    if chat is None or viewer is None:
        return desk.refusal(404, "liveChatNotFound", "youtube.liveChat")
    chat.banned.add(viewer.id)
    viewer.banned = viewer.banned or snippet.get("type") == "permanent"
    return Response.of({"kind": "youtube#liveChatBan", "etag": "e", "id": f"ban-{viewer.id}", "snippet": snippet})
