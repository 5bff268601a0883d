"""A review of Google's maps turned into one of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Attachment, AttachmentKind, Person
from cminbox.domain.saying import say
from cminbox.domain.text import repair, safe
from cminbox.network_kit.reading import ID_CAP, Reader, Shape
from cminbox.network_kit.reviews.review import Answer, Review
from cminbox.network_kit.text import plain
from cminbox.networks.google_business.translations import original

if TYPE_CHECKING:
    from collections.abc import Iterator

STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_REJECTED = "REJECTED"
_NAME_PARTS = 6
_MOST_PICTURES = 50


def read_review(item: object) -> Review:
    """Read a review with what the business answered. Raises Shape."""
    review = Reader(item, "review")
    identifier = review_id(review)
    created_at, changed_at = review.instant("createTime"), review.maybe_instant("updateTime")
    answer = _answer(review)
    if changed_at is None or changed_at < created_at:
        changed_at = created_at
    return Review(
        id=identifier,
        author=_author(review, identifier),
        text=original(plain(review.text("comment", ""))),
        stars=_stars(review.raw("starRating")),
        created_at=created_at,
        changed_at=changed_at,
        answer=answer,
        permalink=_address(review.raw("reviewReplyUrl")),
        attachments=tuple(_pictures(review.raw("reviewMediaItems"))),
        place=identifier.partition("/")[0],
    )


def read_answer(body: object, now: int) -> Answer:
    """Read what became of an answer that was sent. Raises Shape when nothing says that it stands there.

    `now` is UTC milliseconds.
    """
    reply = Reader(body, "answer")
    words = plain(reply.text("comment"))
    if not words:
        raise Shape("answer.comment", "an answer")
    try:
        at = reply.maybe_instant("updateTime")
    except Shape:
        at = None
    return Answer(words, now if at is None else at)


def review_id(review: Reader) -> str:
    """Return the id of a review: that of its place, and its own. Raises Shape."""
    parts = review.identifier("name").split("/")
    if len(parts) != _NAME_PARTS or parts[::2] != ["accounts", "locations", "reviews"] or not all(parts):
        raise Shape("review.name", "the name of a review")
    return f"{parts[3]}/{parts[5]}"


def _answer(review: Reader) -> Answer | None:
    reply = review.maybe_object("reviewReply")
    if reply is None or not reply.text("comment", "").strip():
        return None
    at = reply.maybe_instant("updateTime")
    trouble = None
    if reply.raw("reviewReplyState") == _REJECTED:
        reason = reply.raw("policyViolation")
        why = safe(reason.replace("_", " ").lower(), limit=100) if isinstance(reason, str) and reason else "-"
        trouble = say("Google rejected it ({reason})", reason=why)
    # A translation may stand beside an answer as beside a review.
    text = original(plain(reply.text("comment")))
    return Answer(text, review.instant("createTime") if at is None else at, trouble)


def _author(review: Reader, identifier: str) -> Person:
    """Return who wrote it: a name at most, which may be that of many, so that nobody is taken for another."""
    reviewer = review.raw("reviewer")
    named = Reader(reviewer, "reviewer") if isinstance(reviewer, dict) else None
    name = "" if named is None or named.raw("isAnonymous") is True else plain(named.text("displayName", ""))
    name = " ".join(name.split()).lstrip("@")
    return Person(f"review:{identifier}", name or "google-user", name)


def _stars(value: object) -> int | None:
    return STARS.get(value) if isinstance(value, str) else None


def _address(value: object) -> str | None:
    fits = isinstance(value, str) and value.startswith("https://") and len(value) <= ID_CAP
    return plain(str(value)) if fits else None


def _pictures(items: object) -> Iterator[Attachment]:
    for item in items[:_MOST_PICTURES] if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        for key, kind in (("videoUrl", AttachmentKind.VIDEO), ("thumbnailUrl", AttachmentKind.IMAGE)):
            address = _address(item.get(key))
            if address is not None:
                label = item.get("thumbnailLabel")
                yield Attachment(kind, address, alt=repair(label[:200]) if isinstance(label, str) else "")
                break
