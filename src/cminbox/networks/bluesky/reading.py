"""From what the server tells of a post to a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from cminbox.domain.message import Kind, Message, Person
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.text import plain
from cminbox.networks.bluesky.embeds import attachments_of, quoted_in
from cminbox.networks.bluesky.facets import shown_with_targets

if TYPE_CHECKING:
    from collections.abc import Collection

    from cminbox.domain.message import Attachment

POSTS = "app.bsky.feed.post"


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of a record's address at://did/collection/rkey."""

    did: str
    collection: str
    rkey: str

    def __str__(self) -> str:
        """Return the address as one text."""
        return f"at://{self.did}/{self.collection}/{self.rkey}"


def address(uri: str, where: str) -> Address:
    """Return the parts of a record's address. Raises Shape."""
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://did:") or [bool(part) for part in parts] != [True] * 3:
        raise Shape(where, "the address of a record")
    return Address(*parts)


def is_post_of(uri: str, did: str) -> bool:
    """Whether an address is that of a post by this person."""
    return uri.startswith(f"at://{did}/{POSTS}/")


@dataclass(frozen=True, slots=True)
class Post:
    """A post as told, before it is known where it belongs. Times are UTC milliseconds."""

    uri: str
    cid: str
    author: Person
    text: str
    created_at: int
    root: str | None
    parent: str | None
    quotes: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    lang: str | None

    @property
    def permalink(self) -> str:
        """The post's page on the web."""
        return permalink(self.uri)


def permalink(uri: str) -> str:
    """Return the page on the web of a post. Raises Shape."""
    found = address(uri, "uri")
    return f"https://bsky.app/profile/{quote(found.did, safe=':')}/post/{quote(found.rkey, safe='')}"


def post_from(view: Reader, *, record: str = "record") -> Post:
    """Read a post out of a view of it (uri, cid, author, indexedAt and the record under `record`). Raises Shape."""
    indexed = view.maybe_instant("indexedAt")
    return post_of_record(view, view.object(record), person(view.object("author")), indexed)


def post_of_record(view: Reader, record: Reader, author: Person, indexed: int | None) -> Post:
    """Read a post out of its address (uri, cid in `view`), its record and its author. Raises Shape.

    A time of the author's that makes no sense gives way to `indexed` (UTC milliseconds).
    """
    uri = str(_post_address(view))
    reply = record.maybe_object("reply")
    languages = [one for one in record.items("langs") if isinstance(one, str)]
    return Post(
        uri=uri,
        cid=view.identifier("cid"),
        author=author,
        text=plain(shown_with_targets(record.text("text", ""), record.items("facets"))),
        created_at=_created(record, indexed),
        root=reply.object("root").identifier("uri") if reply else None,
        parent=reply.object("parent").identifier("uri") if reply else None,
        quotes=quoted_in(record),
        attachments=attachments_of(record, address(uri, view.where).did),
        lang=languages[0][:35] if languages else None,
    )


def _post_address(view: Reader) -> Address:
    found = address(view.identifier("uri"), f"{view.where}.uri")
    if found.collection != POSTS:
        raise Shape(f"{view.where}.uri", "the address of a post")
    return found


def _created(record: Reader, indexed: int | None) -> int:
    try:
        return record.instant("createdAt")
    except Shape:
        if indexed is None:
            raise
        return indexed


def person(view: Reader) -> Person:
    """Read an author. Raises Shape."""
    followers = view.raw("followersCount")
    return Person(
        remote_id=view.identifier("did"),
        handle=" ".join(plain(view.identifier("handle")).split()),
        name=" ".join(plain(view.text("displayName", "")).split()),
        followers=followers if isinstance(followers, int) and not isinstance(followers, bool) else None,
    )


def message_of(post: Post, did: str, continued: Collection[str] = ()) -> Message:
    """Return a post as a message to the account `did`.

    Under a post of ours it is a comment, and the chain of its parents says to which conversation it belongs. Anywhere
    else it is a mention, in the conversation of its thread. `continued` are posts of ours that continue a post of
    ours: what stands under one of them answers the brand's post, not a reply of the brand's.
    """
    ours = post.author.remote_id == did
    if post.root is not None and is_post_of(post.root, did):
        under = post.parent if post.parent in continued else post.root
        kind, conversation, brand_post = Kind.COMMENT, None, under
    else:
        kind, conversation, brand_post = Kind.MENTION, post.root or post.uri, None
    return Message(
        remote_id=post.uri,
        kind=kind,
        author=post.author,
        text=post.text,
        created_at=post.created_at,
        conversation=conversation,
        parent=post.parent,
        post=brand_post,
        ours=ours,
        permalink=post.permalink,
        attachments=post.attachments,
        lang=post.lang,
    )
