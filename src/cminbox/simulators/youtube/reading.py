"""The routes that read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.simulators.wire import Response
from cminbox.simulators.youtube.desk import MOST_IDS, newest_first
from cminbox.simulators.youtube.views import View, broadcast, channel, chat_message, iso
from cminbox.simulators.youtube.world import HELD, PUBLISHED, REJECTED, SPAM

if TYPE_CHECKING:
    from cminbox.simulators.youtube.desk import Desk
    from cminbox.simulators.youtube.views import Json
    from cminbox.simulators.youtube.world import Comment

POLLING_MILLISECONDS = 5_000
_FILTERS = ("allThreadsRelatedToChannelId", "channelId", "id", "videoId")
_ASKED_TOGETHER = 20


def channels(desk: Desk) -> Response:
    """GET channels: only one's own."""
    if not desk.flag("mine"):
        return desk.refusal(400, "missingRequiredParameter", "youtube.parameter")
    body: Json = {"kind": "youtube#channelListResponse", "etag": "e", "pageInfo": {"totalResults": 1}}
    if desk.world.title:
        # An account without a channel is answered with 200 and without items.
        body["items"] = [channel(desk.world)]
    return Response.of(body)


def threads(desk: Desk) -> Response:
    """GET commentThreads: by channel and status, or by id."""
    given = [name for name in _FILTERS if desk.request.first(name) is not None]
    identifiers = desk.many("id")
    status = desk.request.first("moderationStatus") or PUBLISHED
    if len(given) != 1 or len(identifiers) > MOST_IDS or status not in {PUBLISHED, HELD, SPAM}:
        return desk.refusal(400, "invalidFilter", "youtube.parameter")
    plain = desk.request.first("textFormat") == "plainText"
    if identifiers:
        if desk.request.first("pageToken") or desk.request.first("moderationStatus"):
            return desk.refusal(400, "incompatibleParameters", "youtube.parameter")
        by_id = View(desk.world, plain=plain, status=False, bare=desk.rules.bare)
        found = [desk.world.comments.get(one) for one in identifiers]
        shown = [_thread(desk, by_id, one, PUBLISHED) for one in found if one is not None and _public_top(one)]
        return Response.of({"kind": "youtube#commentThreadListResponse", "etag": "e", "items": shown})
    if desk.request.first("allThreadsRelatedToChannelId") != desk.world.brand.id:
        return desk.refusal(404, "channelNotFound", "youtube.commentThread")
    view = View(desk.world, plain=plain, bare=desk.rules.bare)
    tops = [one for one in desk.world.comments.values() if one.parent is None and _belongs(desk, one, status)]
    return desk.page(
        newest_first(tops), "youtube#commentThreadListResponse", lambda one: _thread(desk, view, one, status)
    )


def _public_top(comment: Comment) -> bool:
    return comment.parent is None and comment.status == PUBLISHED


def _belongs(desk: Desk, top: Comment, status: str) -> bool:
    """Whether a thread is in a queue: for its first comment, or for one of its replies."""
    if top.status == status:
        return True
    below = desk.world.replies(top.id)
    return status != PUBLISHED and top.status == PUBLISHED and any(one.status == status for one in below)


def _thread(desk: Desk, view: View, top: Comment, status: str) -> Json:
    below = desk.world.replies(top.id)
    public = [one for one in below if one.status == PUBLISHED]
    wanted = [one for one in below if "replies" in desk.many("part") and one.status in {PUBLISHED, status}]
    return view.thread(top, wanted, len(public))


def comments(desk: Desk) -> Response:
    """GET comments: by id, or what stands below one."""
    identifiers, parent = desk.many("id"), desk.request.first("parentId")
    if bool(identifiers) == bool(parent) or len(identifiers) > MOST_IDS:
        return desk.refusal(400, "operationNotSupported")
    plain = desk.request.first("textFormat") == "plainText"
    if identifiers:
        by_id = View(desk.world, plain=plain, status=False, bare=desk.rules.bare)
        found = [desk.world.comments.get(one) for one in identifiers]
        shown = [by_id.comment(one) for one in found if one is not None and one.status != REJECTED]
        return Response.of({"kind": "youtube#commentListResponse", "etag": "e", "items": shown})
    if parent not in desk.world.comments:
        return desk.refusal(404, "commentNotFound")
    view = View(desk.world, plain=plain, bare=desk.rules.bare)
    below = [one for one in desk.world.replies(parent) if one.status == PUBLISHED]
    return desk.page(newest_first(below), "youtube#commentListResponse", view.comment)


def broadcasts(desk: Desk) -> Response:
    """GET liveBroadcasts: the streams that run."""
    if desk.request.first("broadcastStatus") != "active":
        return desk.refusal(400, "missingRequiredParameter", "youtube.parameter")
    running = [chat for chat in desk.world.chats.values() if chat.ended_at is None]
    shown = [broadcast(chat, desk.rules.bare) for chat in running]
    return Response.of({"kind": "youtube#liveBroadcastListResponse", "etag": "e", "items": shown})


def chat_messages(desk: Desk) -> Response:
    """GET liveChat/messages: from the place of a page token on, the recent ones without one."""
    chat = desk.world.chats.get(desk.request.first("liveChatId") or "")
    if chat is None:
        return desk.refusal(404, "liveChatNotFound", "youtube.liveChat")
    token = desk.request.first("pageToken")
    place = (0,) if token is None else desk.place(token)
    if place is None:
        return desk.refusal(400, "pageTokenInvalid", "youtube.liveChat")
    fresh = [one for one in chat.messages if one.number > place[0]]
    if chat.ended_at is not None and not fresh:
        return desk.refusal(403, "liveChatEnded", "youtube.liveChat")
    # Two hundred is the least that may be asked for; the server gives as many as it likes.
    page = fresh[: min(int(desk.request.first("maxResults") or 500), desk.rules.largest_page * _ASKED_TOGETHER)]
    body: Json = {
        "kind": "youtube#liveChatMessageListResponse",
        "etag": "e",
        "nextPageToken": desk.token(page[-1].number if page else place[0]),
        "pageInfo": {"totalResults": len(page), "resultsPerPage": len(page)},
        "items": [chat_message(desk.world, chat, one) for one in page],
    }
    if not desk.rules.bare:
        body["pollingIntervalMillis"] = POLLING_MILLISECONDS
    if chat.ended_at is not None:
        body["offlineAt"] = iso(chat.ended_at)
    return Response.of(body)
