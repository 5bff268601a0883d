"""A review of Google Play turned into one of ours."""

from __future__ import annotations

from urllib.parse import quote

from cminbox.domain.message import Person
from cminbox.network_kit.reading import Reader, Shape
from cminbox.network_kit.reviews.review import Answer, Review
from cminbox.network_kit.text import plain

_FIRST_MS, _LAST_MS = 631_152_000_000, 7_258_118_400_000
_SECONDS_DIGITS = 11
_MOST_STARS = 5
_LONGEST_LANGUAGE = 3


def read_review(item: object, package: str) -> Review:
    """Read a review with what the developer answered. Raises Shape."""
    review = Reader(item, "review")
    identifier = review.identifier("reviewId")
    users: list[Reader] = []
    answers: list[Answer] = []
    for entry in review.items("comments"):
        comment = Reader(entry, "comment")
        if (user := comment.maybe_object("userComment")) is not None:
            users.append(user)
        if (ours := comment.maybe_object("developerComment")) is not None and ours.text("text", "").strip():
            answers.append(Answer(plain(ours.text("text")), instant(ours.raw("lastModified"), ours.where)))
    if not users:
        raise Shape("review.comments", "a list with the words of a person")
    newest = max(users, key=lambda one: instant(one.raw("lastModified"), one.where))
    at = instant(newest.raw("lastModified"), newest.where)
    name = " ".join(plain(review.text("authorName", "")).split()).lstrip("@")
    return Review(
        id=identifier,
        # Nobody's id is told: one name may be that of many.
        author=Person(f"review:{identifier}", name or "google-user", name),
        text=_words(newest),
        stars=_stars(newest.raw("starRating")),
        created_at=at,
        changed_at=at,
        answer=max(answers, key=lambda one: one.at, default=None),
        permalink=f"https://play.google.com/store/apps/details?id={package}&reviewId={quote(identifier, safe='')}",
        lang=_language(newest.raw("reviewerLanguage")),
    )


def read_answer(body: object, sent: str, now: int) -> Answer:
    """Read what became of an answer that was sent. Raises Shape when nothing says that it stands there.

    `now` is UTC milliseconds.
    """
    result = Reader(body, "answer").object("result")
    if not result.has("replyText") and not result.has("lastEdited"):
        raise Shape("answer.result", "an answer")
    words = plain(result.text("replyText", "")) or plain(sent)
    try:
        at = instant(result.raw("lastEdited"), result.where)
    except Shape:
        at = now
    return Answer(words, at)


def instant(value: object, where: str) -> int:
    """Return a count of seconds since 1970, written as text or as a figure, as UTC milliseconds. Raises Shape."""
    stamp = Reader(value, f"{where}.lastModified")
    seconds, nanos = stamp.raw("seconds"), stamp.raw("nanos")
    text = str(seconds)
    if isinstance(seconds, bool) or len(text) > _SECONDS_DIGITS or not (text.isascii() and text.isdigit()):
        raise Shape(f"{where}.lastModified", "a time")
    fraction = nanos if isinstance(nanos, int) and not isinstance(nanos, bool) and 0 <= nanos < 10**9 else 0
    moment = int(text) * 1000 + fraction // 1_000_000
    if not _FIRST_MS <= moment <= _LAST_MS:
        raise Shape(f"{where}.lastModified", "a plausible time")
    return moment


def _words(user: Reader) -> str:
    """Return the words as they were typed. A title, where there is one, stands before a tab."""
    original = user.raw("originalText")
    text = user.text("originalText") if isinstance(original, str) and original.strip() else user.text("text", "")
    title, _tab, body = text.partition("\t")
    return plain("\n".join(part for part in (title.strip(), body.strip()) if part)) if _tab else plain(text)


def _stars(value: object) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST_STARS
    return int(str(value)) if fits else None


def _language(value: object) -> str | None:
    """Return the language of the person's device, which is mostly that of the review."""
    code = value.replace("_", "-").partition("-")[0].lower() if isinstance(value, str) else ""
    return code if code.isascii() and code.isalpha() and 1 < len(code) <= _LONGEST_LANGUAGE else None
