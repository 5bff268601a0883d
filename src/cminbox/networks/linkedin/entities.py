"""Comments, posts and notifications as LinkedIn gives them, and the messages that they become."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.linkedin.little import plain_of
from cminbox.networks.linkedin.urns import CommentName, Place, comment_name, is_comment, is_post, permalink

if TYPE_CHECKING:
    from cminbox.domain.message import Person

_EARLIEST = 631_152_000_000
_LATEST = 7_258_118_400_000
_HTTPS = "https://"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, or an answer to one. Times are UTC milliseconds; `author` and `parent` are URNs."""

    name: CommentName
    author: str
    text: str
    at: int
    edited_at: int | None
    parent: CommentName | None
    post: str
    """The post as LinkedIn names it here: an activity, as a rule."""
    image: str | None
    answers: int | None
    """How many answers it has, None where LinkedIn does not say."""

    @property
    def mark(self) -> int:
        """A figure that changes when the comment is edited."""
        return zlib.crc32(f"{self.image}|{self.text}".encode())

    @property
    def top(self) -> CommentName:
        """The comment at the top: answers to answers hang on it too."""
        return self.parent or self.name

    def message(self, me: str, author: Person, *, mention: str | None = None) -> Message:
        """Return it as a message; `mention` is the post of somebody else below which it stands."""
        above = None if self.parent is None else Place(self.parent, mention).remote_id
        return Message(
            remote_id=Place(self.name, mention).remote_id,
            kind=Kind.COMMENT if mention is None else Kind.MENTION,
            author=author,
            text=self.text,
            created_at=self.at,
            parent=above or mention,
            post=self.post if mention is None else None,
            ours=self.author == me,
            permalink=permalink(self.name.urn),
            attachments=() if self.image is None else (Attachment(AttachmentKind.IMAGE, self.image),),
            edited_at=self.edited_at,
        )


@dataclass(frozen=True, slots=True)
class Post:
    """A post that mentions the Page. Times are UTC milliseconds."""

    urn: str
    author: str
    text: str
    at: int

    def message(self, me: str, author: Person) -> Message:
        """Return it as a message."""
        return Message(
            remote_id=self.urn,
            kind=Kind.MENTION,
            author=author,
            text=self.text,
            created_at=self.at,
            ours=self.author == me,
            permalink=permalink(self.urn),
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification: what was done, when (UTC milliseconds), and to what. `entity` is empty where nothing names it.

    `post` is what it says of a post that mentions us, None where it says too little.
    """

    id: str
    action: str
    at: int
    entity: str
    post: Post | None = None


def moment(reader: Reader, key: str) -> int:
    """Return a time in UTC milliseconds. Raises Shape."""
    value = reader.number(key)
    if not _EARLIEST <= value <= _LATEST:
        raise Shape(f"{reader.where}.{key}", "a plausible time")
    return value


def read_comment(data: object, thread: str, parent: CommentName | None = None) -> Comment:
    """Read a comment; `thread` and `parent` are what is known from the place where it was found. Raises Shape."""
    comment = data if isinstance(data, Reader) else Reader(data, "comment")
    given = comment.maybe_identifier("commentUrn") or comment.maybe_identifier("$URN")
    place = comment.maybe_identifier("object") or ""
    thread = place if is_post(place) else thread
    name = comment_name(given, "comment.commentUrn") if given else CommentName(thread, _number(comment))
    created = comment.object("created")
    at = moment(created, "time")
    changed = comment.maybe_object("lastModified")
    edited = moment(changed, "time") if changed is not None and changed.has("time") else at
    above = comment.maybe_identifier("parentComment")
    message = comment.maybe_object("message")
    return Comment(
        name=name,
        author=comment.maybe_identifier("actor") or created.identifier("actor"),
        text="" if message is None else plain(message.text("text", "")),
        at=at,
        edited_at=edited if edited > at else None,
        parent=comment_name(above, "comment.parentComment") if above else parent,
        post=place if is_post(place) else name.thread,
        image=_image(comment),
        answers=_answers(comment),
    )


def read_post(data: object) -> Post:
    """Read a post of the interface for posts. Raises Shape."""
    post = data if isinstance(data, Reader) else Reader(data, "post")
    key = next((key for key in ("publishedAt", "createdAt", "lastModifiedAt") if post.has(key)), "createdAt")
    text = plain(plain_of(post.text("commentary", "")))
    return Post(_post_urn(post, "id"), post.identifier("author"), text, moment(post, key))


def read_notice(data: object) -> Notice:
    """Read a notification. Raises Shape."""
    notice = Reader(data, "notification")
    at = moment(notice, "lastModifiedAt")
    more = notice.maybe_object("decoratedGeneratedActivity")
    share = None if more is None else more.maybe_object("share")
    comment = None if more is None else more.maybe_object("comment")
    told = [one.raw("entity") for one in (comment, share) if one is not None]
    names = [one for one in (*told, notice.raw("generatedActivity")) if isinstance(one, str)]
    entity = next((one for one in names if is_comment(one) or is_post(one)), names[0] if names else "")
    entity = comment_name(entity, "notification").urn if is_comment(entity) else entity
    return Notice(notice.identifier("notificationId"), notice.text("action"), at, entity, _told(share, at))


def bare_notice(data: object, now: int) -> Notice | None:
    """Return what is left of a notification that cannot be read, so that it is reported once; None for nothing.

    `now` is UTC milliseconds.
    """
    try:
        notice = Reader(data, "notification")
        identifier = notice.identifier("notificationId")
        return Notice(identifier, "", moment(notice, "lastModifiedAt") if notice.has("lastModifiedAt") else now, "")
    except Shape:
        return None


def _told(share: Reader | None, at: int) -> Post | None:
    """Return what a notification says of a post itself; it spares asking for the post."""
    if share is None or not (share.has("owner") and share.has("text") and share.has("entity")):
        return None
    try:
        return Post(_post_urn(share, "entity"), share.identifier("owner"), plain(share.text("text")), at)
    except Shape:
        return None


def _post_urn(reader: Reader, key: str) -> str:
    urn = reader.identifier(key)
    if not is_post(urn):
        raise Shape(f"{reader.where}.{key}", "the URN of a post")
    return urn


def _number(comment: Reader) -> str:
    number = comment.identifier("id")
    if not (number.isascii() and number.isdigit() and len(number) <= len(str(10**24))):
        raise Shape("comment.id", "a number")
    return number


def _image(comment: Reader) -> str | None:
    found = comment.raw("content")
    for item in found if isinstance(found, list) else []:
        url = item.get("url") if isinstance(item, dict) else None
        if isinstance(url, str) and url.startswith(_HTTPS):
            return plain(url)
    return None


def _answers(comment: Reader) -> int | None:
    summary = comment.raw("commentsSummary")
    count = summary.get("totalFirstLevelComments") if isinstance(summary, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) else None
