"""A post as the API gives it, turned into a message."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from cminbox.domain.message import AUTOMATIC, Attachment, AttachmentKind, Kind, Message, Person
from cminbox.network_kit.reading import Reader
from cminbox.network_kit.text import MOST_TAGS, plain

if TYPE_CHECKING:
    from cminbox.networks.discourse.api import Me

PUBLIC, PRIVATE = "topic:", "dm:"
"""How the key of an exchange begins, before the number of its topic."""
_MOST_ATTACHMENTS = 40
_MOST_HTML = 500_000


@dataclass(frozen=True, slots=True)
class Post:
    """The parts of a post that decide where it belongs, read and checked. The rest is read by `to_message`."""

    id: str
    topic: str
    number: int
    author: str
    username: str
    created_at: int
    reply_to: int | None
    source: Reader

    @property
    def place(self) -> tuple[str, int]:
        """The topic and the number in it, as notifications name a post."""
        return self.topic, self.number

    @property
    def deleted(self) -> bool:
        """Whether it is gone although it is shown: to moderators, or with its words taken out."""
        return self.source.has("deleted_at") or self.source.raw("user_deleted") is True

    def by(self, me: Me) -> bool:
        """Whether we wrote it."""
        return self.author == me.id or (not self.source.has("user_id") and self.username == me.username)


def read_post(data: object) -> Post:
    """Read a post out of a list. Raises Shape when it lacks what nothing can be done without."""
    return post_of(Reader(data, "post"))


def post_of(source: Reader) -> Post:
    """Read a post. Raises Shape as above."""
    username = source.text("username", "")
    return Post(
        id=source.identifier("id"),
        topic=source.identifier("topic_id"),
        number=source.number("post_number"),
        author=source.maybe_identifier("user_id") or source.identifier("username"),
        username=username,
        created_at=source.instant("created_at"),
        reply_to=source.number("reply_to_post_number") if source.has("reply_to_post_number") else None,
        source=source,
    )


def to_message(
    post: Post, me: Me, kind: Kind, site: str, labels: tuple[str, ...] = (), title: str | None = None
) -> Message:
    """Return a post as a message; `site` is the forum's address, `title` the topic's where the post lacks it.

    Raises Shape.
    """
    source = post.source
    heading = plain(source.text("topic_title", "") or title or "") if post.number == 1 else ""
    words = source.html("cooked", "")
    slug = plain(source.text("topic_slug", "")) or "-"
    automatic = (AUTOMATIC,) if post.author.startswith("-") else ()
    return Message(
        remote_id=post.id,
        kind=kind,
        author=person_of(source),
        text=f"{heading}\n\n{words}".strip() if heading else words,
        created_at=post.created_at,
        conversation=(PRIVATE if kind is Kind.DM else PUBLIC) + post.topic,
        ours=post.by(me),
        permalink=f"{site}/t/{slug}/{post.topic}/{post.number}",
        attachments=attachments_in(source.text("cooked", ""), site),
        edited_at=source.maybe_instant("updated_at") if source.number("version", 1) > 1 else None,
        labels=(*labels, *automatic),
    )


def person_of(source: Reader) -> Person:
    """Return the author of a post. Raises Shape."""
    username = plain(source.text("username", ""))
    identifier = source.maybe_identifier("user_id") or source.identifier("username")
    name = source.raw("name")
    return Person(identifier, username or identifier, plain(name) if isinstance(name, str) else "")


def mark(message: Message) -> int:
    """Return a figure that changes when a message is edited or stands differently."""
    return zlib.crc32(f"{message.kind}|{message.labels}|{len(message.attachments)}|{message.text}".encode())


def names_us(post: Post, me: Me) -> bool:
    """Whether a post mentions us or quotes us."""
    cooked = post.source.raw("cooked")
    name = me.username.casefold()
    if not isinstance(cooked, str) or name not in cooked[:_MOST_HTML].casefold() or cooked.count("<") > MOST_TAGS:
        return False
    tree = LexborHTMLParser(cooked[:_MOST_HTML])
    mentioned = any(node.text().strip().casefold() == f"@{name}" for node in tree.css("a.mention, span.mention"))
    quoted = any((node.attributes.get("data-username") or "").casefold() == name for node in tree.css("aside.quote"))
    return mentioned or quoted


def answers_us(post: Post, me: Me) -> bool:
    """Whether a post answers one of ours."""
    answered = post.source.raw("reply_to_user")
    name = answered.get("username") if isinstance(answered, dict) else None
    return isinstance(name, str) and name.casefold() == me.username.casefold()


def attachments_in(cooked: str, site: str) -> tuple[Attachment, ...]:
    """Return the pictures and files that stand in the HTML of a post."""
    if "lightbox" not in cooked and "attachment" not in cooked and "<img" not in cooked:
        return ()
    if cooked.count("<") > MOST_TAGS:
        return ()
    tree = LexborHTMLParser(cooked[:_MOST_HTML])
    found: dict[str, Attachment] = {}
    for node in tree.css("a.attachment, a.lightbox, img"):
        classes = set((node.attributes.get("class") or "").split())
        file = "attachment" in classes
        if classes & {"emoji", "avatar"} or (node.tag == "img" and node.parent and node.parent.tag == "a"):
            continue
        url = _absolute(node.attributes.get("src" if node.tag == "img" else "href") or "", site)
        if url:
            kind = AttachmentKind.FILE if file else AttachmentKind.IMAGE
            name = plain(node.text()) if file else ""
            found.setdefault(url, Attachment(kind, url, name, plain(node.attributes.get("alt") or "")))
    return tuple(found.values())[:_MOST_ATTACHMENTS]


def _absolute(url: str, site: str) -> str:
    try:
        whole = urljoin(f"{site}/", plain(url))
    except ValueError:
        return ""
    return whole if whole.startswith(("https://", "http://")) else ""
