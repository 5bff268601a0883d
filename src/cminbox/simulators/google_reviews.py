"""What Google keeps of reviews, on Google Play and on its maps alike, and the form of its errors."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.simulators.wire import Fault, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SAID = {"en": "The request was refused.", "fr": "La demande a été refusée."}
FAULTS: Mapping[Fault, tuple[int, str, str]] = {
    Fault.UNAUTHORIZED: (401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED"),
    Fault.FORBIDDEN: (403, "PERMISSION_DENIED", "forbidden"),
    Fault.NOT_FOUND: (404, "NOT_FOUND", "notFound"),
    Fault.RATE_LIMIT: (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"),
    Fault.SERVER_ERROR: (500, "INTERNAL", "backendError"),
    Fault.UNAVAILABLE: (503, "UNAVAILABLE", "backendError"),
}


@dataclass(slots=True, eq=False)
class Review:
    """A review. Times are UTC milliseconds; `place` is where it was written; an empty `reply` is none.

    `odd` is one of a kind that nothing documents.
    """

    id: str
    number: int
    place: str
    author: str
    text: str
    stars: int
    at: int
    changed_at: int
    reply: str = ""
    reply_at: int = 0
    reply_state: str = ""
    odd: bool = False
    translated: bool = False
    pictures: int = 0


class Reviews:
    """Reviews and everybody who writes them. `now` is UTC milliseconds; `era` is what page tokens are good for."""

    def __init__(self, now: Callable[[], int], prefix: str) -> None:
        self.now = now
        self.all: dict[str, Review] = {}
        self.era = 1
        self._prefix = prefix
        self._number = 0

    def write(
        self, author: str, text: str, place: str, *, stars: int = 5, at: int | None = None, odd: bool = False
    ) -> Review:
        """Let somebody review a place."""
        self._number += 1
        moment = self.now() if at is None else at
        identifier = f"{self._prefix}{self._number:08d}"
        review = Review(identifier, self._number, place, author, text, stars, moment, moment, odd=odd)
        self.all[identifier] = review
        return review

    def edit(self, identifier: str, text: str, stars: int | None = None) -> None:
        """Let an author change a review."""
        review = self.all[identifier]
        review.text, review.changed_at = text, self.now()
        review.stars = review.stars if stars is None else stars

    def answer(self, identifier: str, text: str) -> Review:
        """Put an answer below a review, in place of the one that is there."""
        review = self.all[identifier]
        review.reply, review.reply_at = text, self.now()
        return review

    def newest(self, places: Sequence[str]) -> list[Review]:
        """Return the reviews of places, those that were written or changed last first."""
        found = [one for one in self.all.values() if one.place in places]
        return sorted(found, key=_age, reverse=True)

    def page(self, reviews: Sequence[Review], token: str | None, size: int) -> tuple[list[Review], str | None] | None:
        """Return a page and the token of the next one; None for a token that is none, or too old.

        A page that is asked for later begins where the former ended, whatever was written or deleted meanwhile.
        """
        start = 0
        if token is not None:
            try:
                era, *place = [int(word) for word in base64.urlsafe_b64decode(token).decode().split()]
            except (ValueError, binascii.Error):
                return None
            if era != self.era:
                return None
            start = next((index for index, one in enumerate(reviews) if _age(one) < tuple(place)), len(reviews))
        shown = list(reviews[start : start + size])
        if start + size >= len(reviews):
            return shown, None
        written = " ".join(str(one) for one in (self.era, *_age(shown[-1])))
        return shown, base64.urlsafe_b64encode(written.encode()).decode()


def refusal(
    status: int, word: str, reason: str, language: str = "en", metadata: Mapping[str, str] | None = None
) -> Response:
    """Return an error in Google's form."""
    said = _SAID.get(language, _SAID["en"])
    detail: dict[str, Any] = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": dict(metadata or {}),
    }
    return Response.of({"error": {"code": status, "message": said, "status": word, "details": [detail]}}, status)


def fault(which: Fault, language: str) -> Response:
    """Return Google's own form of a failure."""
    status, word, reason = FAULTS[which]
    return refusal(status, word, reason, language)


def iso(moment: int) -> str:
    """Return an instant as Google's newer interfaces write it."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _age(review: Review) -> tuple[int, int]:
    return review.changed_at, review.number
