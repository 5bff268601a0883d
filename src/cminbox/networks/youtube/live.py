"""Live chats: asked for while their streams run, not sooner than YouTube allows, from the place of the last time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.message import Kind, Message, Person
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.youtube.api import ChatEnded, PlaceLost
from cminbox.networks.youtube.budget import READING_CHAT
from cminbox.networks.youtube.memory import ChatPlace

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.networks.youtube.api import Api, Params
    from cminbox.networks.youtube.memory import Memory

LOOK_MS = 5 * 60_000
"""How often it is looked whether a stream runs."""
_NOT_ENABLED_MS = 24 * 3600 * 1000
_POLLING_MS = 10_000
_LONGEST_POLLING_MS = 10 * 60_000
_PREFIX = "live"
_STREAMS: Params = (
    ("part", "snippet"),
    ("broadcastStatus", "active"),
    ("broadcastType", "all"),
    ("maxResults", "50"),
)
_SAID = {
    "textMessageEvent": ("textMessageDetails", "messageText"),
    "superChatEvent": ("superChatDetails", "userComment"),
    "fanFundingEvent": ("fanFundingEventDetails", "userComment"),
    "memberMilestoneChatEvent": ("memberMilestoneChatDetails", "userComment"),
}
"""The events in which somebody says something, and where the words are."""
_TAKEN_BACK = {
    "messageDeletedEvent": ("messageDeletedDetails", "deletedMessageId"),
    "messageRetractedEvent": ("messageRetractedDetails", "retractedMessageId"),
}
_QUIET = frozenset(
    {
        "tombstone",
        "chatEndedEvent",
        "sponsorOnlyModeStartedEvent",
        "sponsorOnlyModeEndedEvent",
        "newSponsorEvent",
        "membershipGiftingEvent",
        "giftMembershipReceivedEvent",
        "userBannedEvent",
        "superStickerEvent",
        "pollEvent",
        "giftEvent",
        "invalidType",
    }
)


@dataclass(slots=True)
class Heard:
    """What the live chats brought. `chats` are the places to go on at; `looked_at` is when streams were looked for."""

    messages: list[Message] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    skipped: list[Saying] = field(default_factory=list)
    chats: dict[str, ChatPlace] = field(default_factory=dict)
    looked_at: int = 0


def chat_id(chat: str, message: str) -> str:
    """Return the remote id of a message of a live chat: it names the chat, which nothing else tells."""
    return f"{_PREFIX}/{chat}/{message}"


def chat_of(remote_id: str) -> tuple[str, str] | None:
    """Return the chat and the message that a remote id names, None for a comment."""
    match remote_id.split("/"):
        case [prefix, chat, message] if prefix == _PREFIX and chat and message:
            return chat, message
    return None


async def listen(api: Api, memory: Memory, since: int) -> Heard:
    """Read what was said in the chats of running streams. Raises NetworkFailure. `since` is UTC milliseconds."""
    heard = Heard(chats=dict(memory.chats), looked_at=memory.streams_at)
    now = api.now()
    if now - memory.streams_at >= LOOK_MS:
        await _look_for_streams(api, heard, now)
    me = (await api.me()).id
    for chat, place in list(heard.chats.items()):
        if place.next_at <= now:
            await _read_chat(api, heard, chat, place, me, since)
    return heard


async def _look_for_streams(api: Api, heard: Heard, now: int) -> None:
    try:
        body = await api.get("/liveBroadcasts", _STREAMS)
    except (Refused, Gone):
        # A channel that may not stream is refused, which says nothing against its comments.
        heard.looked_at = now + _NOT_ENABLED_MS - LOOK_MS
        return
    heard.looked_at = now
    try:
        items = body.items("items")
    except Shape as shape:
        raise unreadable(shape) from None
    for item in items:
        try:
            stream = Reader(item, "stream")
            chat = stream.object("snippet").maybe_identifier("liveChatId")
            video = stream.identifier("id")
        except Shape as shape:
            heard.skipped.append(unreadable(shape).saying)
            continue
        if chat is not None and "/" not in chat:
            heard.chats.setdefault(chat, ChatPlace(video, "", 0))


async def _read_chat(api: Api, heard: Heard, chat: str, place: ChatPlace, me: str, since: int) -> None:
    params: Params = (("liveChatId", chat), ("part", "id,snippet,authorDetails"), ("maxResults", "2000"))
    if place.token:
        params = (*params, ("pageToken", place.token))
    try:
        body = await api.get("/liveChat/messages", params, READING_CHAT)
    except (ChatEnded, Gone):
        del heard.chats[chat]
        return
    except PlaceLost:
        heard.chats[chat] = ChatPlace(place.video, "", 0)
        return
    try:
        items, wait = body.items("items"), body.number("pollingIntervalMillis", _POLLING_MS)
        token = body.text("nextPageToken", "")
    except Shape as shape:
        raise unreadable(shape) from None
    for item in items:
        _hear(heard, item, chat, place.video, me, since)
    if (body.has("offlineAt") and not items) or not token:
        del heard.chats[chat]
        return
    heard.chats[chat] = ChatPlace(place.video, token, api.now() + min(max(wait, 0), _LONGEST_POLLING_MS))


def _hear(heard: Heard, item: object, chat: str, video: str, me: str, since: int) -> None:
    try:
        event = Reader(item, "live chat")
        snippet = event.object("snippet")
        kind = snippet.text("type")
        if kind in _SAID:
            message = _message(event, snippet, kind, chat, video, me)
            if message.created_at >= since and message.text:
                heard.messages.append(message)
        elif kind in _TAKEN_BACK:
            details, name = _TAKEN_BACK[kind]
            heard.deleted.append(chat_id(chat, snippet.object(details).identifier(name)))
        elif kind not in _QUIET:
            title = safe(kind, limit=60)
            heard.skipped.append(
                say("The live chat tells of something that cminbox does not know: {title}", title=title)
            )
    except Shape as shape:
        heard.skipped.append(unreadable(shape).saying)


def _message(event: Reader, snippet: Reader, kind: str, chat: str, video: str, me: str) -> Message:
    author = event.maybe_object("authorDetails")
    identifier = (author.maybe_identifier("channelId") if author else None) or snippet.identifier("authorChannelId")
    name = plain(author.text("displayName", "")) if author else ""
    details, field_name = _SAID[kind]
    inner = snippet.maybe_object(details)
    words = (plain(inner.text(field_name, "")) if inner else "") or plain(snippet.text("displayMessage", ""))
    paid = plain(inner.text("amountDisplayString", "")) if inner else ""
    return Message(
        remote_id=chat_id(chat, event.identifier("id")),
        kind=Kind.COMMENT,
        author=Person(identifier, name.lstrip("@") or identifier),
        text=f"{paid}: {words}" if paid and words else words or paid,
        created_at=snippet.instant("publishedAt"),
        # What one person says in one chat is one exchange.
        conversation=f"{_PREFIX}/{chat}/{identifier}",
        post=video,
        ours=identifier == me,
        permalink=f"https://www.youtube.com/watch?v={video}",
    )
