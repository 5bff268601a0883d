"""Answering below a comment or in a live chat, exactly once, and looking for an answer whose fate is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.youtube import walking
from cminbox.networks.youtube.account import CHAT_CHARACTERS, MANIFEST
from cminbox.networks.youtube.budget import READING_CHAT
from cminbox.networks.youtube.live import chat_id, chat_of

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.networks.youtube.api import Api
    from cminbox.networks.youtube.comments import Comment

CLOCKS_DIFFER_MS = 5 * 60 * 1000


async def send(api: Api, reply: Reply) -> Receipt:
    """Publish a reply with one publishing request. Raises NetworkFailure."""
    check_fits(reply, MANIFEST)
    if not reply.text.strip():
        raise Refused(say("The reply is empty"))
    place = chat_of(reply.to)
    if place is not None:
        return await _say(api, place[0], reply.text)
    comment = await find_comment(api, reply.to)
    snippet = {"parentId": comment.top, "textOriginal": reply.text}
    answer = await api.publish("/comments", {"snippet": snippet})
    try:
        published = Reader(answer.body, "comment")
        identifier = published.identifier("id")
    except Shape:
        raise _unnamed() from None
    if identifier in {comment.id, comment.top}:
        # That would be the customer's words, not ours.
        raise _unnamed()
    return Receipt(identifier, _permalink(comment, identifier), _instant(published))


async def find_comment(api: Api, identifier: str) -> Comment:
    """Return a comment. Raises Gone when it no longer exists."""
    found = await walking.by_id(api, [identifier])
    if identifier not in found:
        raise Gone(say("This comment no longer exists on YouTube"))
    return found[identifier]


async def find(api: Api, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it is not there. Raises NetworkFailure."""
    place = chat_of(reply.to)
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    if place is not None:
        return await _find_said(api, place[0], reply.text, earliest)
    me = (await api.me()).id
    try:
        asked = await find_comment(api, reply.to)
        below = await walking.replies_of(api, asked if asked.parent is None else await find_comment(api, asked.top))
    except Gone:
        # Whatever stood in a thread is gone with the comment at its top.
        return None
    words = plain(reply.text).split()
    for comment in below:
        if comment.author.remote_id == me and comment.at >= earliest and comment.text.split() == words:
            return Receipt(comment.id, _permalink(comment, comment.id), comment.at)
    return None


async def _say(api: Api, chat: str, text: str) -> Receipt:
    if len(text) > CHAT_CHARACTERS:
        raise Refused(
            say(
                "A live chat takes {maximum} characters at most, these are {used}",
                maximum=CHAT_CHARACTERS,
                used=len(text),
            )
        )
    snippet: dict[str, Any] = {
        "liveChatId": chat,
        "type": "textMessageEvent",
        "textMessageDetails": {"messageText": text},
    }
    answer = await api.publish("/liveChat/messages", {"snippet": snippet})
    try:
        said = Reader(answer.body, "live chat")
        return Receipt(chat_id(chat, said.identifier("id")), None, _instant(said))
    except Shape:
        raise _unnamed() from None


async def _find_said(api: Api, chat: str, text: str, earliest: int) -> Receipt | None:
    """Look for words of ours among the recent ones of a live chat; when it is over, nobody can tell."""
    me = (await api.me()).id
    params = (("liveChatId", chat), ("part", "id,snippet"), ("maxResults", "2000"))
    body = await api.get("/liveChat/messages", params, READING_CHAT)
    try:
        items = body.items("items")
    except Shape as shape:
        raise unreadable(shape) from None
    for item in items:
        try:
            event = Reader(item, "live chat")
            snippet = event.object("snippet")
            ours = snippet.maybe_identifier("authorChannelId") == me and snippet.instant("publishedAt") >= earliest
            if ours and plain(snippet.text("displayMessage", "")).split() == plain(text).split():
                return Receipt(chat_id(chat, event.identifier("id")), None, _instant(event))
        except Shape:
            continue
    return None


def _permalink(comment: Comment, identifier: str) -> str | None:
    return None if comment.video is None else f"https://www.youtube.com/watch?v={comment.video}&lc={identifier}"


def _instant(published: Reader) -> int | None:
    """Return when something was published, None where it cannot be read: its id is enough."""
    try:
        snippet = published.maybe_object("snippet")
        return None if snippet is None else snippet.maybe_instant("publishedAt")
    except Shape:
        return None


def _unnamed() -> SendOutcomeUnknown:
    return SendOutcomeUnknown(say("YouTube took the message but its answer does not name it"))
