"""What Facebook answers, as messages: comments, posts that name the Page, private messages, recommendations.

https://developers.facebook.com/docs/graph-api/reference/ - nodes Comment, Page Post, Conversation, Recommendation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import PRIVATELY, Attachment, AttachmentKind, Kind, Message, Person
from cminbox.domain.network import Capability
from cminbox.domain.text import repair
from cminbox.network_kit.graph.attachments import listed
from cminbox.network_kit.reading import ID_CAP, Reader
from cminbox.network_kit.text import plain
from cminbox.networks.facebook.ids import (
    MESSAGE,
    POST,
    REVIEW,
    UNKNOWN_PERSON,
    comment_id,
    storyless,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BARRED: Mapping[str, str] = {
    "can_comment": Capability.REPLY,
    "can_hide": Capability.HIDE,
    "can_like": Capability.LIKE,
    "can_remove": Capability.DELETE,
    "can_reply_privately": PRIVATELY,
}
"""The flags of a comment that say what the Page may do with it, and what each of them bars when it is false."""
COMMENT_FIELDS = f"id,from{{id,name}},message,created_time,parent{{id}},permalink_url,attachment,{','.join(_BARRED)}"
POST_FIELDS = "id,from{id,name},message,story,created_time,permalink_url,attachments{media_type,url,title}"
MESSAGE_FIELDS = "id,from,to,message,created_time,attachments,sticker"
REVIEW_FIELDS = "created_time,recommendation_type,rating,review_text,reviewer{id,name}"
_STARS = {"positive": 5, "negative": 1}
_MOST_STARS = 5


def read_comment(item: object, kind: Kind, me: str, *, post: str, above: str | None, root: str | None) -> Message:
    """Return a comment. `post` is its post's number, `above` what a comment of the first level answers.

    `root` is our own post under which it stands, None where that is somebody else's. Raises Shape.
    """
    comment = _reader(item, "comment")
    remote_id = comment_id(comment.identifier("id"), post)
    parent = comment.maybe_object("parent")
    author = read_author(comment, "from", remote_id)
    return Message(
        remote_id=remote_id,
        kind=kind,
        author=author,
        text=plain(comment.text("message", "")),
        created_at=comment.instant("created_time"),
        parent=above if parent is None else comment_id(parent.identifier("id"), post),
        post=root,
        ours=author.remote_id == me,
        permalink=link(comment),
        attachments=_one_attachment(comment.raw("attachment")),
        barred=_barred(comment),
    )


def read_post(item: object, me: str) -> Message:
    """Return a post of somebody that names the Page or stands on it. Raises Shape."""
    post = _reader(item, "post")
    remote_id = POST + post.identifier("id")
    author = read_author(post, "from", remote_id)
    return Message(
        remote_id=remote_id,
        kind=Kind.MENTION,
        author=author,
        text=plain(post.text("message", "") or post.text("story", "")),
        created_at=post.instant("created_time"),
        ours=author.remote_id == me,
        permalink=link(post),
        attachments=tuple(listed(post.raw("attachments"))),
    )


def read_review(item: object) -> Message:
    """Return a recommendation. "Recommends" is five stars, "does not recommend" is one. Raises Shape."""
    review = Reader(item, "rating")
    created_at = review.instant("created_time")
    reviewer = review.maybe_object("reviewer")
    story = review.maybe_object("open_graph_story")
    who = "somebody" if reviewer is None else reviewer.identifier("id")
    remote_id = storyless(who, created_at) if story is None else REVIEW + story.identifier("id")
    return Message(
        remote_id=remote_id,
        kind=Kind.REVIEW,
        author=read_author(review, "reviewer", remote_id),
        text=plain(review.text("review_text", "")),
        created_at=created_at,
        rating=_stars(review),
    )


def read_message(item: object, me: str, partner: str) -> Message:
    """Return a private message; `partner` is the person with whom it was exchanged. Raises Shape."""
    message = Reader(item, "message")
    author = read_person(message.object("from"))
    return Message(
        remote_id=MESSAGE + message.identifier("id"),
        kind=Kind.DM,
        author=author,
        text=plain(message.text("message", "")),
        created_at=message.instant("created_time"),
        conversation=partner,
        ours=author.remote_id == me,
        attachments=(*listed(message.raw("attachments")), *_sticker(message)),
    )


def read_person(person: Reader) -> Person:
    """Return a person or a Page: people have no handle here, their name stands for it. Raises Shape."""
    identifier = person.identifier("id")
    name = " ".join(plain(person.text("name", "")).split())
    return Person(identifier, name.lstrip("@") or identifier, name)


def read_author(of: Reader, field: str, remote_id: str) -> Person:
    """Return who wrote something; Facebook keeps many names back, such a person is known by that alone."""
    person = of.maybe_object(field)
    if person is None or not person.has("id"):
        return Person((UNKNOWN_PERSON + remote_id)[:ID_CAP], "facebook-user")
    return read_person(person)


def partner_of(message: Reader, me: str) -> str | None:
    """Return with whom a private message was exchanged: its author, or whom it was sent to. Raises Shape."""
    author = message.object("from").identifier("id")
    if author != me:
        return author
    to = message.maybe_object("to")
    people = [] if to is None else [Reader(item, "to").identifier("id") for item in to.items("data")]
    return next((person for person in people if person != me), None)


def _barred(comment: Reader) -> tuple[str, ...]:
    """Return what the Page may not do with a comment; what Facebook does not speak of is allowed.

    An answer to a comment of the second level comes to stand below the first, so that only the first one's flag counts.
    """
    below = comment.raw("parent") is not None
    flags = (flag for flag in _BARRED if not (below and flag == "can_comment"))
    return tuple(_BARRED[flag] for flag in flags if comment.raw(flag) is False)


def _reader(item: object, where: str) -> Reader:
    return item if isinstance(item, Reader) else Reader(item, where)


def link(of: Reader) -> str | None:
    """Return where something stands on the website, None where it does not say."""
    return plain(of.text("permalink_url", "")) or None


def _stars(review: Reader) -> int | None:
    given = review.raw("rating")
    if isinstance(given, int) and not isinstance(given, bool) and 1 <= given <= _MOST_STARS:
        return given
    kind = review.raw("recommendation_type")
    return _STARS.get(kind.lower()) if isinstance(kind, str) else None


def _one_attachment(item: object) -> tuple[Attachment, ...]:
    return tuple(listed({"data": [item]})) if item else ()


def _sticker(message: Reader) -> Iterator[Attachment]:
    url = message.raw("sticker")
    if isinstance(url, str) and url:
        yield Attachment(AttachmentKind.IMAGE, repair(url[:ID_CAP]))
