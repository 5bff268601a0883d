"""What Threads answers, as messages: answers under our posts, and what names us elsewhere.

https://developers.facebook.com/documentation/threads/reference - Threads gives people's names and no ids of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.message import HELD, Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.text import repair
from cminbox.network_kit.reading import ID_CAP, Reader
from cminbox.network_kit.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = "id,username,text,timestamp,permalink,media_type,media_url,is_reply_owned_by_me,root_post,replied_to"
_KINDS = {"VIDEO": AttachmentKind.VIDEO, "AUDIO": AttachmentKind.AUDIO}
_UNKNOWN = "unknown/"


@dataclass(frozen=True, slots=True)
class Brand:
    """The account: its id, and its name in lower case."""

    identifier: str
    username: str
    name: str

    @property
    def person(self) -> Person:
        """The account as a person; everybody is known by the name here."""
        return Person(self.username, self.username, self.name)


def read_post(item: object, brand: Brand, root: str | None, *, held: bool = False) -> Message:
    """Return a post or an answer. `root` is our own post at the top, None where that is somebody else's. Raises Shape.

    `held` says that it waits for our approval.
    """
    post = item if isinstance(item, Reader) else Reader(item, "post")
    identifier = post.identifier("id")
    above = above_of(post)
    author, ours = _author(post, brand)
    return Message(
        remote_id=identifier,
        kind=Kind.COMMENT if root is not None else Kind.MENTION,
        author=author,
        text=plain(post.text("text", "")),
        created_at=post.instant("timestamp"),
        parent=None if above == root else above,
        post=root,
        ours=ours,
        permalink=plain(post.text("permalink", "")) or None,
        attachments=tuple(_media(post)),
        labels=((HELD,) if held else ()) if root is not None else None,
    )


def above_of(post: Reader) -> str | None:
    """Return the id of what a post answers, None when it answers nothing. Raises Shape."""
    return _named(post, "replied_to")


def root_of(post: Reader) -> str | None:
    """Return the id of the post at the top of a thread, None for that post itself. Raises Shape."""
    return _named(post, "root_post")


def _named(post: Reader, field: str) -> str | None:
    found = post.maybe_object(field)
    return None if found is None else found.identifier("id")


def _author(post: Reader, brand: Brand) -> tuple[Person, bool]:
    """Return who wrote something, and whether that is us; of private profiles the name is kept back."""
    name = " ".join(plain(post.text("username", "")).split()).lstrip("@")
    if post.flag("is_reply_owned_by_me") or name.lower() == brand.username:
        return brand.person, True
    if not name:
        return Person((_UNKNOWN + post.identifier("id"))[:ID_CAP], "threads-user"), False
    return Person(name.lower(), name), False


def _media(post: Reader) -> Iterator[Attachment]:
    url, kind = post.raw("media_url"), post.raw("media_type")
    if isinstance(url, str) and url:
        found = _KINDS.get(kind, AttachmentKind.IMAGE) if isinstance(kind, str) else AttachmentKind.IMAGE
        yield Attachment(found, repair(url[:ID_CAP]))
