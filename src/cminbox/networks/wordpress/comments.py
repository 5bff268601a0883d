"""A comment or a review as the interface gives it, turned into a message."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import Any

from cminbox.domain import message as messages
from cminbox.domain.message import Kind, Message, Person
from cminbox.network_kit.reading import TEXT_CAP, Reader, Shape
from cminbox.network_kit.text import html_to_text, plain

APPROVED = "approved"
HELD = "hold"
SPAM = "spam"
TRASH = "trash"
REVIEW = "review"
PRODUCT = "product"
_LABELS = {HELD: (messages.HELD,), SPAM: (messages.SPAM,)}
_SPOKEN = {"1": APPROVED, "approve": APPROVED, "0": HELD, "unapproved": HELD, "post-trashed": TRASH}
"""Other words for the same, which old versions and plugins use."""
_BLOCK = re.compile(r"<(?:p|br|div|pre|ul|ol|blockquote)\b", re.IGNORECASE)
_MOST_STARS = 5
_LONGEST_LINK = 2_000
_NOBODY = "?"


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment or a review. `at` is UTC milliseconds, as of a whole second."""

    id: int
    kind: Kind
    author: Person
    text: str
    at: int
    status: str
    parent: int
    post: int
    link: str | None
    rating: int | None = None
    review: bool = False

    @property
    def mark(self) -> int:
        """A figure that changes when it is edited or moderated."""
        return zlib.crc32(f"{self.status}|{self.rating}|{self.text}".encode())

    @property
    def words(self) -> int:
        """A figure that changes when it is edited."""
        return zlib.crc32(f"{self.rating}|{self.text}".encode())

    def message(self, me: str, edited_at: int | None = None) -> Message:
        """Return it as a message; what the user of this account wrote is ours."""
        return Message(
            remote_id=str(self.id),
            kind=self.kind,
            author=self.author,
            text=self.text,
            created_at=self.at,
            parent=str(self.parent) if self.parent else None,
            # Posts and comments have ids of the same form, and are not to be mistaken for each other.
            post=f"post/{self.post}" if self.post else None,
            ours=self.author.remote_id == me,
            permalink=self.link,
            rating=self.rating,
            edited_at=edited_at,
            labels=_LABELS.get(self.status, ()),
        )


def read_comment(data: object) -> Entry:
    """Read a comment. Raises Shape."""
    comment = Reader(data, "comment")
    review = comment.raw("type") == REVIEW
    return Entry(
        id=positive(comment, "id"),
        kind=Kind.REVIEW if review or _on_product(comment) else Kind.COMMENT,
        author=_person(comment.number("author", 0), comment.raw("author_name"), comment.raw("author_email")),
        text=_text(comment),
        at=comment.instant("date_gmt"),
        status=_status(comment),
        parent=max(comment.number("parent", 0), 0),
        post=max(comment.number("post", 0), 0),
        link=_link(comment.raw("link")),
        review=review,
    )


def read_review(data: object) -> Entry:
    """Read a review of a product. Raises Shape."""
    review = Reader(data, "review")
    identifier = positive(review, "id")
    link = _link(review.raw("product_permalink"))
    return Entry(
        id=identifier,
        kind=Kind.REVIEW,
        author=_person(_reviewer(review), review.raw("reviewer"), review.raw("reviewer_email")),
        text=_plain(review.text("review", "")),
        at=review.instant("date_created_gmt"),
        status=_status(review),
        parent=0,
        post=max(review.number("product_id", 0), 0),
        link=None if link is None else f"{link}#comment-{identifier}",
        rating=_stars(review.raw("rating")),
        review=True,
    )


def positive(item: Reader, key: str) -> int:
    """Return an id. Raises Shape."""
    value = item.number(key)
    if value <= 0:
        raise Shape(f"{item.where}.{key}", "an id")
    return value


def _text(comment: Reader) -> str:
    """Return the words: those that were written, where the site shows them, else those that it made of them."""
    content = comment.object("content")
    written = content.raw("raw")
    return _plain(written[:TEXT_CAP]) if isinstance(written, str) else content.html("rendered")


def _plain(written: str) -> str:
    """Return words that are kept with tags in them, but in which a line end is a line end."""
    written = written.replace("\r\n", "\n")
    return html_to_text(written if _BLOCK.search(written) else written.replace("\n", "<br>"))


def _on_product(comment: Reader) -> bool:
    links = comment.raw("_links")
    above = links.get("up") if isinstance(links, dict) else None
    first = above[0] if isinstance(above, list) and above else None
    return isinstance(first, dict) and first.get("post_type") == PRODUCT


def _reviewer(review: Reader) -> int:
    """Return the number of the user who wrote a review, 0 for a guest."""
    links = review.raw("_links")
    named = links.get("reviewer") if isinstance(links, dict) else None
    first = named[0] if isinstance(named, list) and named else None
    href = first.get("href") if isinstance(first, dict) else None
    tail = href.rstrip("/").rpartition("/")[2] if isinstance(href, str) else ""
    return int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 18 else 0  # noqa: PLR2004 - a plausible one


def _person(user: int, name: Any, email: Any) -> Person:  # noqa: ANN401 - foreign JSON
    """Return who wrote it: a user, or a guest, who is known by the address that he gave, which is not kept."""
    shown = html_to_text(name[:200]).lstrip("@").strip() if isinstance(name, str) else ""
    shown = " ".join(shown.split())
    if user > 0:
        return Person(f"user/{user}", shown or str(user), shown)
    address = plain(email).lower() if isinstance(email, str) else ""
    if address:
        known = hashlib.sha256(address.encode()).hexdigest()[:16]
        return Person(f"guest/{known}", shown or _NOBODY, shown)
    return Person(f"name/{shown or _NOBODY}", shown or _NOBODY, shown)


def _status(item: Reader) -> str:
    status = item.raw("status")
    said = plain(status) if isinstance(status, str) else APPROVED
    return _SPOKEN.get(said, said)


def _link(value: Any) -> str | None:  # noqa: ANN401 - foreign JSON
    fits = isinstance(value, str) and value.startswith(("https://", "http://")) and len(value) <= _LONGEST_LINK
    return plain(value) if fits else None


def _stars(value: Any) -> int | None:  # noqa: ANN401 - foreign JSON
    """Return how many stars were given; a review may have none, which is written as 0."""
    fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST_STARS
    return value if fits else None
