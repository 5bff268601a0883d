"""Answering below a post or a comment, exactly once, and looking for an answer whose fate is not known."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, Refused, SendOutcomeUnknown, TryLater
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.linkedin.account import MANIFEST
from cminbox.networks.linkedin.comments import below, comment_at, path_to
from cminbox.networks.linkedin.entities import moment
from cminbox.networks.linkedin.urns import CommentName, Place, comment_name, is_comment, is_post, permalink, place_of

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.network_kit.answers import Answer
    from cminbox.networks.linkedin.api import Api

CLOCKS_DIFFER_MS = 5 * 60 * 1000
_ID_HEADER = "x-restli-id"


async def send(api: Api, reply: Reply) -> Receipt:
    """Publish a reply with one publishing request. Raises NetworkFailure."""
    check_fits(reply, MANIFEST)
    if not reply.text.strip():
        raise Refused(say("The reply is empty"))
    body: dict[str, Any] = {"actor": api.me, "message": {"text": reply.text}}
    if is_post(reply.to):
        answer = await api.publish(path_to(reply.to), {**body, "object": reply.to})
        return _receipt(answer, reply.to, None, reply.to)
    place = named_place(reply.to)
    comment = await comment_at(api, place.name)
    # Answers to answers stand beside them, below the comment at the top.
    top = comment.top.urn
    whole = {**body, "object": comment.post, "parentComment": top}
    return _receipt(await api.publish(path_to(top), whole), comment.name.thread, comment.name, place.mention)


def named_place(remote_id: str) -> Place:
    """Return the comment of a remote id. Raises Refused for what is none."""
    try:
        return place_of(remote_id)
    except Shape:
        raise Refused(say("This is no comment on LinkedIn")) from None


async def find(api: Api, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it is not there. Raises NetworkFailure."""
    place = None if is_post(reply.to) else named_place(reply.to)
    mention = reply.to if place is None else place.mention
    try:
        owner = reply.to if place is None else (await comment_at(api, place.name)).top.urn
        found = await below(api, owner, answers=False)
    except Gone:
        # Whatever stood below it is gone with it.
        return None
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    words = plain(reply.text).split()
    for one in found.comments:
        if one.author == api.me and one.at >= earliest and one.text.split() == words:
            return Receipt(Place(one.name, mention).remote_id, permalink(one.name.urn), one.at)
    if not found.complete:
        raise TryLater(say("The answers below this could not all be read, so that nobody knows whether ours is there"))
    return None


def _receipt(answer: Answer, thread: str, to: CommentName | None, mention: str | None) -> Receipt:
    """Return the receipt of an answer, which names the comment in its body or in a header."""
    body: Reader | None = None
    with suppress(Shape):
        body = Reader(answer.body, "comment")
    thread = thread if body is None or not is_post(_text(body, "object")) else _text(body, "object")
    told = [] if body is None else [_text(body, "commentUrn"), _text(body, "id")]
    names = [_named(one, thread) for one in (*told, answer.headers.get(_ID_HEADER, ""))]
    name = next((one for one in names if one is not None), None)
    if name is None or (to is not None and name.number == to.number):
        raise SendOutcomeUnknown(say("LinkedIn took the message but its answer does not name it"))
    return Receipt(Place(name, mention).remote_id, permalink(name.urn), _written_at(body))


def _text(body: Reader, key: str) -> str:
    value = body.raw(key)
    return value if isinstance(value, str) else ""


def _named(given: str, thread: str) -> CommentName | None:
    """Return the name of a comment by its URN or by its number alone, None for neither."""
    try:
        return comment_name(given if is_comment(given) else f"urn:li:comment:({thread},{given})", "comment")
    except Shape:
        return None


def _written_at(body: Reader | None) -> int | None:
    try:
        created = None if body is None else body.maybe_object("created")
        return None if created is None else moment(created, "time")
    except Shape:
        return None
