"""A comment as the interface gives it, turned into a message."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain

if TYPE_CHECKING:
    from cminbox.networks.youtube.api import Params

PUBLISHED = "published"
HELD = "heldForReview"
SPAM = "likelySpam"
REJECTED = "rejected"
TEXT: Params = (("textFormat", "plainText"),)
"""Without it the words come as HTML."""
MOST_IDS = 50
"""How many comments may be asked for by their ids at once."""
_NOBODY = "?"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment or a reply. Times are UTC milliseconds; `status` is empty where the interface does not tell it."""

    id: str
    author: Person
    text: str
    at: int
    edited_at: int | None
    parent: str | None
    video: str | None
    image: str | None
    status: str

    @property
    def mark(self) -> int:
        """A figure that changes when the comment is edited."""
        return zlib.crc32(f"{self.edited_at}|{bool(self.image)}|{self.text}".encode())

    @property
    def top(self) -> str:
        """The comment at the top of its thread."""
        return self.parent or self.id

    def message(self, me: str) -> Message:
        """Return it as a message; what the channel itself wrote is ours."""
        return Message(
            remote_id=self.id,
            kind=Kind.COMMENT,
            author=self.author,
            text=self.text,
            created_at=self.at,
            parent=self.parent,
            post=self.video,
            ours=self.author.remote_id == me,
            permalink=None if self.video is None else f"https://www.youtube.com/watch?v={self.video}&lc={self.id}",
            attachments=() if self.image is None else (Attachment(AttachmentKind.IMAGE, self.image),),
            edited_at=self.edited_at,
        )


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread as a list gives it: its first comment, some of its replies, and how many replies there are."""

    top: Comment
    replies: tuple[Comment, ...]
    total: int

    @property
    def whole(self) -> bool:
        """Whether all replies are here."""
        return self.total <= len(self.replies)


def read_comment(data: object, *, parent: str | None = None, video: str | None = None) -> Comment:
    """Read a comment; `parent` and `video` are what is known from its surroundings. Raises Shape."""
    comment = Reader(data, "comment")
    identifier, snippet = comment.identifier("id"), comment.object("snippet")
    at = snippet.instant("publishedAt")
    updated = snippet.maybe_instant("updatedAt")
    above = snippet.maybe_identifier("parentId") or parent
    return Comment(
        id=identifier,
        author=_author(snippet),
        text=_text(snippet),
        at=at,
        edited_at=updated if updated is not None and updated > at else None,
        parent=None if above == identifier else above,
        video=snippet.maybe_identifier("videoId") or video,
        image=_image(snippet),
        status=_status(snippet),
    )


def read_conversation(data: object) -> tuple[Conversation, list[Shape]]:
    """Read a thread, and what was wrong with replies of it that cannot be read. Raises Shape."""
    thread = Reader(data, "thread")
    snippet = thread.object("snippet")
    video = snippet.maybe_identifier("videoId")
    top = read_comment(snippet.raw("topLevelComment"), video=video)
    held = thread.maybe_object("replies")
    replies: list[Comment] = []
    odd: list[Shape] = []
    for item in held.items("comments") if held is not None else []:
        try:
            replies.append(read_comment(item, parent=top.id, video=top.video))
        except Shape as shape:
            odd.append(shape)
    return Conversation(top, tuple(replies), max(snippet.number("totalReplyCount", 0), 0)), odd


def items_of(body: Reader) -> list[Any]:
    """Return the items of a list. Raises Shape for what is none: an error inside a good answer is no empty channel."""
    if body.has("error") or not any(body.has(name) for name in ("items", "kind", "pageInfo")):
        raise Shape(body.where, "a list")
    return body.items("items")


def _author(snippet: Reader) -> Person:
    """Return who wrote it; a channel that was closed has no id, then its name has to do."""
    shown = plain(snippet.text("authorDisplayName", ""))
    channel = snippet.raw("authorChannelId")
    value = Reader(channel, "author").maybe_identifier("value") if isinstance(channel, dict) else None
    handle = shown.lstrip("@") or value or _NOBODY
    return Person(value or f"name:{handle}", handle)


def _text(snippet: Reader) -> str:
    """Return the words: as typed, where we wrote them, else as shown."""
    original = snippet.raw("textOriginal")
    return plain(original[:_LONGEST]) if isinstance(original, str) and original else plain(snippet.text("textDisplay"))


_LONGEST = 100_000


def _image(snippet: Reader) -> str | None:
    image = snippet.raw("imageUrl")
    fits = isinstance(image, str) and image.startswith("https://")
    return plain(image) if fits else None


def _status(snippet: Reader) -> str:
    status = snippet.raw("moderationStatus")
    return status if isinstance(status, str) else ""
