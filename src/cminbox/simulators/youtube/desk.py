"""What every route of the simulated server works with: the call, how things are shown, and the ways to say no."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.simulators.wire import Request
    from cminbox.simulators.youtube.views import Json
    from cminbox.simulators.youtube.world import Comment, World

MOST_IDS = 50
ENGLISH = {
    "invalidPageToken": "The request specifies an invalid page token.",
    "commentTextTooLong": "The comment resource that is being inserted contains too many characters.",
    "commentNotFound": "One or more of the specified comments cannot be found.",
}


@dataclass(slots=True)
class Rules:
    """How the played server is set up. `era` is what page tokens are good for: it changes when they expire."""

    largest_page: int = 100
    bare: bool = False
    language: str = "en"
    era: int = 1


@dataclass(slots=True)
class Desk:
    """The channel and one request about it."""

    world: World
    rules: Rules
    request: Request

    def many(self, name: str) -> list[str]:
        """Return the values of a parameter that may be given several times or with commas."""
        return [one for value in self.request.all(name) for one in value.split(",") if one]

    def flag(self, name: str) -> bool:
        """Return a parameter that is true or false."""
        return self.request.first(name) == "true"

    def page(self, items: Sequence[Comment], kind: str, show: Callable[[Comment], Json], default: int = 20) -> Response:
        """Return the page of comments, in their order, that the request asks for; the token is the place to go on at.

        A page that is asked for later begins where the former ended, whatever was written or deleted meanwhile.
        """
        token = self.request.first("pageToken")
        start = 0
        if token is not None:
            place = self.place(token)
            if place is None:
                return self.refusal(400, "invalidPageToken", "youtube.commentThread")
            start = next((index for index, one in enumerate(items) if _behind(one, place)), len(items))
        size = min(int(self.request.first("maxResults") or default), self.rules.largest_page)
        shown = items[start : start + size]
        body: Json = {
            "kind": kind,
            "etag": "e",
            "pageInfo": {"totalResults": len(shown), "resultsPerPage": size},
            "items": [show(one) for one in shown],
        }
        if start + size < len(items):
            body["nextPageToken"] = self.token(shown[-1].at, shown[-1].number)
        return Response.of(body)

    def token(self, *place: int) -> str:
        """Return a page token."""
        written = " ".join(str(one) for one in (self.rules.era, *place))
        return base64.urlsafe_b64encode(written.encode()).decode()

    def place(self, token: str) -> tuple[int, ...] | None:
        """Return what a page token stands for, None when it is none, or too old."""
        try:
            era, *place = [int(word) for word in base64.urlsafe_b64decode(token).decode().split()]
        except (ValueError, binascii.Error):
            return None
        return tuple(place) if era == self.rules.era and place else None

    def refusal(self, status: int, reason: str, domain: str = "youtube.comment") -> Response:
        """Return an error in YouTube's form, in the language that the server speaks."""
        return refusal(status, reason, domain, self.rules.language)


def refusal(status: int, reason: str, domain: str, language: str = "en") -> Response:
    """Return an error in YouTube's form."""
    words = ENGLISH.get(reason, f"The request could not be done: {reason}.")
    said = words if language == "en" else "La demande a été refusée."
    error = {"code": status, "message": said, "errors": [{"message": said, "domain": domain, "reason": reason}]}
    return Response.of({"error": error}, status)


def newest_first(comments: Sequence[Comment]) -> list[Comment]:
    """Return comments in the order of `order=time`."""
    return sorted(comments, key=lambda comment: (comment.at, comment.number), reverse=True)


def _behind(comment: Comment, place: tuple[int, ...]) -> bool:
    return (comment.at, comment.number) < place
