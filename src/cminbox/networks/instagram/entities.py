"""What Instagram answers, as messages: comments, posts and comments that name the account, private messages.

https://developers.facebook.com/docs/instagram-platform/reference/ - IG Comment, IG Media, Conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.text import repair
from cminbox.network_kit.graph.attachments import listed
from cminbox.network_kit.reading import ID_CAP, Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.instagram.ids import MENTION, MESSAGE, NAMED, POST, UNKNOWN_PERSON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.networks.instagram.brand import Brand

COMMENT_FIELDS = "id,text,timestamp,username,from{id,username},user{id},parent_id"
MEDIA_FIELDS = "id,caption,timestamp,username,permalink,media_type,media_url"
MENTIONED_FIELDS = "id,text,timestamp,username,parent_id,media{id,permalink,username}"
NAMELESS_FIELDS = "id,text,timestamp,media{id,permalink}"
"""What the documentation names of a comment that mentions us; who wrote it is not among it."""
MESSAGE_FIELDS = "id,from,to,message,created_time,attachments,shares,story"
_KINDS = {"VIDEO": AttachmentKind.VIDEO}


@dataclass(frozen=True, slots=True)
class Place:
    """The post under which a comment stands. `kind` is what its comments are.

    `names_us` is whether the post itself is a mention, and so one exchange with what is written below it. Below any
    other post of a stranger, those who name us have nothing to do with each other.
    """

    media: str
    permalink: str | None = None
    kind: Kind = Kind.COMMENT
    names_us: bool = False


def read_comment(item: object, brand: Brand, place: Place, above: str | None = None) -> Message:
    """Return a comment; `above` is the comment below which it was listed, where it does not say so. Raises Shape."""
    comment = item if isinstance(item, Reader) else Reader(item, "comment")
    elsewhere = place.kind is Kind.MENTION
    mark = MENTION if elsewhere else ""
    identifier = comment.identifier("id")
    parent = comment.maybe_identifier("parent_id") or above
    post = POST + place.media
    author, ours = author_of(comment, brand)
    return Message(
        remote_id=mark + identifier,
        kind=place.kind,
        author=author,
        text=plain(comment.text("text", "")),
        created_at=comment.instant("timestamp"),
        parent=mark + parent if parent is not None else (post if elsewhere else None),
        conversation=post if place.names_us else None,
        post=post,
        ours=ours,
        permalink=place.permalink,
    )


def read_media(item: object, brand: Brand) -> Message:
    """Return a post of somebody that tags or names us. Raises Shape."""
    media = item if isinstance(item, Reader) else Reader(item, "media")
    author, ours = author_of(media, brand)
    return Message(
        remote_id=POST + media.identifier("id"),
        kind=Kind.MENTION,
        author=author,
        conversation=POST + media.identifier("id"),
        text=plain(media.text("caption", "")),
        created_at=media.instant("timestamp"),
        ours=ours,
        permalink=link(media),
        attachments=tuple(_picture(media)),
    )


def read_message(item: object, brand: Brand, partner: str) -> Message:
    """Return a private message; `partner` is the person with whom it was exchanged. Raises Shape."""
    message = Reader(item, "message")
    sender = message.object("from")
    identifier, username = sender.identifier("id"), _username(sender)
    ours = brand.is_us(identifier, username)
    return Message(
        remote_id=MESSAGE + message.identifier("id"),
        kind=Kind.DM,
        author=brand.person if ours else Person(identifier, username or identifier),
        text=plain(message.text("message", "")),
        created_at=message.instant("created_time"),
        conversation=partner,
        ours=ours,
        attachments=(*listed(message.raw("attachments")), *_links(message)),
    )


def partner_of(message: Reader, brand: Brand) -> str | None:
    """Return with whom a private message was exchanged: its author, or whom it was sent to. Raises Shape."""
    to = message.maybe_object("to")
    people = [message.object("from"), *([] if to is None else [Reader(one, "to") for one in to.items("data")])]
    return first_stranger(people, brand)


def first_stranger(people: list[Reader], brand: Brand) -> str | None:
    """Return the id of the first of some people who is not us. Raises Shape."""
    known = ((person.identifier("id"), _username(person)) for person in people)
    return next((identifier for identifier, username in known if not brand.is_us(identifier, username)), None)


def link(of: Reader) -> str | None:
    """Return where something stands on the website, None where it does not say."""
    return plain(of.text("permalink", "")) or None


def author_of(of: Reader, brand: Brand) -> tuple[Person, bool]:
    """Return who wrote something, and whether that is us; many are not named, such a person is known by that alone."""
    given = of.maybe_object("from")
    user = of.maybe_object("user")
    identifier = (None if given is None else given.maybe_identifier("id")) or (
        None if user is None else user.maybe_identifier("id")
    )
    username = _username(of) or ("" if given is None else _username(given))
    if brand.is_us(identifier, username):
        return brand.person, True
    if identifier is None:
        identifier = NAMED + username if username else (UNKNOWN_PERSON + of.identifier("id"))[:ID_CAP]
    return Person(identifier, username or "instagram-user"), False


def _username(of: Reader) -> str:
    return " ".join(plain(of.text("username", "")).split()).lstrip("@")


def _picture(media: Reader) -> Iterator[Attachment]:
    url = media.raw("media_url")
    if isinstance(url, str) and url:
        kind = media.raw("media_type")
        found = _KINDS.get(kind, AttachmentKind.IMAGE) if isinstance(kind, str) else AttachmentKind.IMAGE
        yield Attachment(found, repair(url[:ID_CAP]))


def _links(message: Reader) -> Iterator[Attachment]:
    """Yield what a message is about: a post that was shared, a story that was answered or names us."""
    for url in (*_shared(message.raw("shares")), *_told(message.raw("story"))):
        if isinstance(url, str) and url:
            yield Attachment(AttachmentKind.LINK, repair(url[:ID_CAP]))


def _shared(shares: Any) -> Iterator[Any]:  # noqa: ANN401 - foreign JSON
    items = shares.get("data") if isinstance(shares, dict) else None
    yield from (item.get("link") for item in items or () if isinstance(item, dict)) if isinstance(items, list) else ()


def _told(story: Any) -> Iterator[Any]:  # noqa: ANN401 - foreign JSON
    for name in ("mention", "reply_to"):
        inner = story.get(name) if isinstance(story, dict) else None
        if isinstance(inner, dict):
            yield inner.get("link")


def media_of(comment: Reader) -> tuple[str, str | None]:
    """Return the post under which a comment stands: its id and address. Raises Shape."""
    media = comment.maybe_object("media")
    if media is None:
        raise Shape(f"{comment.where}.media", "a post")
    return media.identifier("id"), link(media)
