"""Answering below a comment or a review, exactly once, and looking for an answer whose fate is not known."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, NotSupported, Refused, SendOutcomeUnknown
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reading import Reader, Shape, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.wordpress.account import MANIFEST, MAX_BYTES
from cminbox.networks.wordpress.comments import HELD, SPAM, TRASH, read_comment

if TYPE_CHECKING:
    from cminbox.domain.reply import Reply
    from cminbox.networks.wordpress.api import Api
    from cminbox.networks.wordpress.comments import Entry

CLOCKS_DIFFER_MS = 5 * 60 * 1000
_MOST_SEARCHED = 5


async def send(api: Api, reply: Reply) -> Receipt:
    """Publish a reply with one publishing request. Raises NetworkFailure."""
    check_fits(reply, MANIFEST)
    if not reply.text.strip():
        raise Refused(say("The reply is empty"))
    content = as_html(reply.text)
    used = len(content.encode())
    if used > MAX_BYTES:
        raise Refused(say("The reply is too long: {used} of at most {maximum}", used=used, maximum=MAX_BYTES))
    asked = await read_one(api, reply.to)
    _can_be_answered(asked, api.host)
    # The interface takes an answer at any depth; the site's theme shows what is too deep on its deepest level.
    answer = await api.publish(api.comments, {"post": asked.post, "parent": asked.id, "content": {"raw": content}})
    try:
        published = Reader(answer.body, "comment")
        identifier = published.number("id")
    except Shape:
        raise _unnamed() from None
    if identifier <= 0 or identifier == asked.id:
        raise _unnamed()
    return Receipt(str(identifier), *_told(published))


async def find(api: Api, reply: Reply) -> Receipt | None:
    """Return the receipt of a reply that exists, None when it is not there. Raises NetworkFailure."""
    me = await api.me()
    identifier = number_of(reply.to)
    if identifier is None:
        return None
    words = plain(reply.text).split()
    earliest = reply.decided_at - CLOCKS_DIFFER_MS
    params = (("context", "edit"), ("status", "any"), ("parent", str(identifier)), ("author", str(me.id)))
    order = (("orderby", "id"), ("order", "desc"), ("per_page", str(api.account.page_size)))
    offset = 0
    for _ in range(_MOST_SEARCHED):
        place = (("offset", str(offset)),) if offset else ()
        listed = await api.list(api.comments, (*params, *order, *place))
        for item in listed.items:
            try:
                entry = read_comment(item)
            except Shape:
                continue
            ours = entry.author.remote_id == me.person and entry.status != TRASH and entry.parent == identifier
            if ours and entry.at >= earliest and entry.text.split() == words:
                return Receipt(str(entry.id), entry.link, entry.at)
        offset += api.account.page_size
        if len(listed.items) < api.account.page_size:
            break
    return None


async def read_one(api: Api, remote_id: str, *, editing: bool = False) -> Entry:
    """Return a comment or a review that is there; `editing` with the words as they were written. Raises Gone."""
    identifier = number_of(remote_id)
    if identifier is None:
        raise _gone(api)
    body = await api.get(f"{api.comments}/{identifier}", (("context", "edit"),) if editing else ())
    try:
        entry = read_comment({**_fields(body), "id": body.number("id")})
    except Shape as shape:
        raise unreadable(shape) from None
    if entry.id != identifier:
        raise unreadable(Shape(body.where, "the comment that was asked for"))
    if entry.status == TRASH:
        raise _gone(api)
    return entry


def number_of(remote_id: str) -> int | None:
    """Return the number in a remote id, None where it is no comment's."""
    fits = remote_id.isascii() and remote_id.isdigit() and len(remote_id) < 19  # noqa: PLR2004 - what fits a database
    return int(remote_id) if fits else None


def as_html(text: str) -> str:
    """Return words so that a site shows them as they were typed: it takes a comment for HTML."""
    return html.escape(text, quote=False)


def _fields(body: Reader) -> dict[str, object]:
    names = ("post", "parent", "author", "author_name", "author_email", "date_gmt", "content", "link", "status", "type")
    return {name: body.raw(name) for name in (*names, "_links")}


def _can_be_answered(asked: Entry, host: str) -> None:
    if asked.status == HELD:
        raise Refused(say("This comment waits for approval and nobody sees it; approve it, then answer"))
    if asked.status == SPAM:
        raise Refused(say("This comment lies among the spam and nobody sees it; approve it, then answer"))
    if not asked.post:
        raise NotSupported(say("{host} does not say under which post this comment stands", host=host))


def _gone(api: Api) -> Gone:
    return Gone(say("This comment no longer exists at {host}", host=api.host))


def _told(published: Reader) -> tuple[str | None, int | None]:
    """Return the link to what was published and when it was, where they can be read: its id is enough."""
    link = published.raw("link")
    fits = isinstance(link, str) and link.startswith(("https://", "http://"))
    try:
        at = published.maybe_instant("date_gmt")
    except Shape:
        at = None
    return plain(link) if fits else None, at


def _unnamed() -> SendOutcomeUnknown:
    return SendOutcomeUnknown(say("The site took the comment but its answer does not name it"))
