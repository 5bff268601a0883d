"""The JSON with which YouTube answers. What the documentation lets it leave out, a bare answer leaves out."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.simulators.youtube.world import Chat, ChatMessage, Comment, Viewer, World

Json = dict[str, Any]
INLINED = 5
_DETAILS = {
    "superChatEvent": "superChatDetails",
    "fanFundingEvent": "fanFundingEventDetails",
    "memberMilestoneChatEvent": "memberMilestoneChatDetails",
}


@dataclass(frozen=True, slots=True)
class View:
    """How comments are shown: in which format, with their status (not when asked for by id), bare or whole."""

    world: World
    plain: bool = False
    status: bool = True
    bare: bool = False

    def comment(self, comment: Comment) -> Json:
        """Return a comment."""
        ours = comment.author is self.world.brand
        snippet: Json = {
            "textDisplay": comment.text if self.plain else html.escape(comment.text).replace("\n", "<br>"),
            "authorDisplayName": "" if comment.author.nameless else f"@{comment.author.handle}",
            "publishedAt": iso(comment.at),
            "updatedAt": iso(comment.edited_at or comment.at),
            "likeCount": 0,
        }
        if not comment.author.nameless:
            snippet["authorChannelId"] = {"value": comment.author.id}
        if comment.parent is not None:
            snippet["parentId"] = comment.parent
        if comment.video is not None:
            snippet["videoId"] = comment.video
        if ours:
            snippet["textOriginal"] = comment.text
        if comment.image is not None:
            snippet["imageUrl"] = comment.image
        if self.status:
            snippet["moderationStatus"] = comment.status
        if not self.bare:
            snippet |= {
                "channelId": self.world.brand.id,
                "canRate": True,
                "viewerRating": "none",
                "authorChannelUrl": f"http://www.youtube.com/@{comment.author.handle}",
                "authorProfileImageUrl": f"https://yt3.ggpht.com/{comment.author.id}",
            }
        return {"kind": "youtube#comment", "etag": f"e{comment.number}", "id": comment.id, "snippet": snippet}

    def thread(self, top: Comment, replies: Sequence[Comment], total: int) -> Json:
        """Return a thread with at most five of its replies, the newest."""
        snippet: Json = {"topLevelComment": self.comment(top), "totalReplyCount": total}
        if top.video is not None:
            snippet["videoId"] = top.video
        if not self.bare:
            snippet |= {"channelId": self.world.brand.id, "canReply": True, "isPublic": True}
        thread = {"kind": "youtube#commentThread", "etag": f"t{top.number}", "id": top.id, "snippet": snippet}
        if replies:
            thread["replies"] = {"comments": [self.comment(one) for one in reversed(replies[-INLINED:])]}
        return thread


def channel(world: World) -> Json:
    """Return the brand's channel."""
    return {
        "kind": "youtube#channel",
        "id": world.brand.id,
        "snippet": {"title": world.title, "customUrl": f"@{world.brand.handle}", "publishedAt": iso(0)},
        "statistics": {
            "videoCount": str(len(world.videos)),
            "subscriberCount": "1200",
            "viewCount": "90000",
            "hiddenSubscriberCount": False,
        },
    }


def broadcast(chat: Chat, bare: bool) -> Json:  # noqa: FBT001 - as the other views
    """Return a stream; one without a chat has no id of one."""
    snippet: Json = {"title": chat.title, "liveChatId": chat.id}
    shown: Json = {"kind": "youtube#liveBroadcast", "id": chat.video, "snippet": snippet}
    return shown if bare else shown | {"status": {"lifeCycleStatus": "live", "privacyStatus": "public"}}


def chat_message(world: World, chat: Chat, message: ChatMessage) -> Json:
    """Return a message of a live chat, or something that happened in it."""
    snippet: Json = {
        "type": message.type,
        "liveChatId": chat.id,
        "authorChannelId": message.author.id,
        "publishedAt": iso(message.at),
        "hasDisplayContent": bool(message.text),
    }
    if message.text:
        snippet["displayMessage"] = f"{message.amount} {message.text}".strip()
    if message.type == "textMessageEvent":
        snippet["textMessageDetails"] = {"messageText": message.text}
    elif message.type in _DETAILS:
        details = {"userComment": message.text}
        snippet[_DETAILS[message.type]] = details | (
            {} if message.type.startswith("member") else {"amountDisplayString": message.amount}
        )
    elif message.type == "messageDeletedEvent":
        snippet["messageDeletedDetails"] = {"deletedMessageId": message.about}
    elif message.type == "messageRetractedEvent":
        snippet["messageRetractedDetails"] = {"retractedMessageId": message.about}
    return {
        "kind": "youtube#liveChatMessage",
        "id": message.id,
        "snippet": snippet,
        "authorDetails": _author(message.author, world),
    }


def _author(author: Viewer, world: World) -> Json:
    return {
        "channelId": author.id,
        "displayName": f"@{author.handle}",
        "isChatOwner": author is world.brand,
        "isChatModerator": False,
    }


def iso(moment: int) -> str:
    """Return an instant (UTC milliseconds) as YouTube writes it: in whole seconds."""
    return datetime.fromtimestamp(moment // 1000, UTC).isoformat().replace("+00:00", "Z")
