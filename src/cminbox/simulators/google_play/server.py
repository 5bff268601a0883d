"""The simulated Google Play: one app, its reviews of the last week, and how often they may be asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cminbox.simulators.google_front import no_such_address
from cminbox.simulators.google_reviews import Review, Reviews, fault, refusal
from cminbox.simulators.google_sign_in import Application, Google
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.google_sign_in import ServiceAccount
    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Fault, Request

MOST_CHARACTERS = 350
WEEK_MS = 7 * 24 * 3600 * 1000
HOUR_MS = 3600 * 1000
_DEFAULT_PAGE = 10
_LARGEST_PAGE = 100
_TAG = re.compile(r"<[^<>]*>")
_POSTS_A_DAY = 2_000


class SimulatedGooglePlay:
    """Google Play with one app of a brand; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds. `largest_page` bounds every page; a `bare` server leaves out all that it may;
    `language` is that of its error texts. `permitted` says whether the service account may see and answer reviews.
    """

    def __init__(
        self,
        now: Callable[[], int],
        account: ServiceAccount,
        *,
        package: str = "com.acme.parcels",
        largest_page: int = _LARGEST_PAGE,
        gets_an_hour: int = 200,
        bare: bool = False,
        language: str = "en",
        permitted: bool = True,
    ) -> None:
        self.now = now
        self.package = package
        self.reviews = Reviews(now, "gp:AOqpTOE")
        self.google = Google(Application(), "", now, account)
        self.largest_page = largest_page
        self.gets_an_hour = gets_an_hour
        self.bare = bare
        self.language = language
        self.permitted = permitted
        self._gets: list[int] = []
        self._posts: list[int] = []
        self.sunset = False
        self._specification = load("google_play")

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the API's description does not allow it."""
        operation = self._specification.check(request)
        if operation.name == "POST /token":
            return self.google.token(request.form())
        refused = self._refused(request, operation)
        if refused is not None:
            return refused
        if "reviewId" not in operation.path_values:
            return self._list(request)
        review = self.reviews.all.get(operation.path_values["reviewId"])
        if review is None:
            return self._no(404, "NOT_FOUND", "reviewNotFound")
        if request.method == "GET":
            return Response.of(self.shown(review))
        return self._reply(review, request.json().get("replyText") or "")

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish an answer."""
        return request.method == "POST" and request.path.endswith(":reply")

    def error(self, which: Fault) -> Response:
        """Return Google's own form of a failure."""
        return fault(which, self.language)

    # What people do.

    def someone_reviews(self, author: str, text: str, *, stars: int = 5, at: int | None = None) -> str:
        """Let a person review the app; return the review's id."""
        return self.reviews.write(author, text, self.package, stars=stars, at=at).id

    def we_answer(self, identifier: str, text: str) -> Review:
        """Let the brand answer in the Play Console."""
        return self.reviews.answer(identifier, text)

    def shown(self, review: Review) -> dict[str, Any]:
        """Return a review as the API shows it."""
        if review.odd:
            return {"reviewId": review.id, "comments": [{"robotComment": {"text": review.text}}]}
        user: dict[str, Any] = {
            "text": review.text,
            "lastModified": _stamp(review.changed_at, bare=self.bare),
            "starRating": review.stars,
        }
        body: dict[str, Any] = {"reviewId": review.id, "comments": [{"userComment": user}]}
        if not self.bare:
            user |= {"reviewerLanguage": "en", "device": "cheetah", "androidOsVersion": 34, "thumbsUpCount": 0}
            user |= {"deviceMetadata": {"manufacturer": "Google", "ramMb": 11_800}, "appVersionName": "4.2"}
            body["authorName"] = review.author
        if review.reply:
            ours = {"text": review.reply, "lastModified": _stamp(review.reply_at, bare=self.bare)}
            body["comments"].append({"developerComment": ours})
        return body

    def _list(self, request: Request) -> Response:
        if request.first("startIndex") is not None:
            return self._no(400, "INVALID_ARGUMENT", "badRequest")
        since = self.now() - WEEK_MS
        # Only reviews that have words are shown to programs.
        recent = [one for one in self.reviews.newest([self.package]) if one.changed_at > since and one.text]
        size = min(int(request.first("maxResults") or _DEFAULT_PAGE), self.largest_page)
        page = self.reviews.page(recent, request.first("token"), size)
        if page is None:
            return self._no(400, "INVALID_ARGUMENT", "invalidPageToken")
        shown, following = page
        body: dict[str, Any] = {"reviews": [self.shown(one) for one in shown]} if shown else {}
        if not self.bare:
            body["pageInfo"] = {"resultPerPage": size, "totalResults": len(recent)}
        if following is not None:
            body["tokenPagination"] = {"nextPageToken": following}
        return Response.of(body)

    def _reply(self, review: Review, text: str) -> Response:
        if not text.strip():
            return self._no(400, "INVALID_ARGUMENT", "replyEmpty")
        if len(text) > MOST_CHARACTERS:
            return self._no(400, "INVALID_ARGUMENT", "replyTooLong")
        self.reviews.answer(review.id, _TAG.sub("", text))
        result = {"replyText": review.reply, "lastEdited": _stamp(review.reply_at, bare=self.bare)}
        return Response.of({"result": result})

    def _refused(self, request: Request, operation: Operation) -> Response | None:
        """Return the refusal of a request without a living token, without permission or beyond a quota."""
        if self.sunset:
            return no_such_address()
        if not self.google.accepts(request.headers.get("authorization", "")):
            return self._no(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED")
        if operation.path_values["packageName"] != self.package:
            return self._no(404, "NOT_FOUND", "applicationNotFound")
        if not self.permitted:
            return self._no(403, "PERMISSION_DENIED", "forbidden")
        used, most, life = (self._gets, self.gets_an_hour, HOUR_MS)
        if request.method == "POST":
            used, most, life = self._posts, _POSTS_A_DAY, 24 * HOUR_MS
        used[:] = [moment for moment in used if moment > self.now() - life]
        if len(used) >= most:
            return self._no(403, "RESOURCE_EXHAUSTED", "quotaExceeded")
        used.append(self.now())
        return None

    def _no(self, status: int, word: str, reason: str) -> Response:
        return refusal(status, word, reason, self.language)


def _stamp(moment: int, *, bare: bool) -> dict[str, Any]:
    """Return an instant as a count of seconds written as text; the fraction may be left out where it is nothing."""
    seconds, rest = divmod(moment, 1000)
    return {"seconds": str(seconds)} if bare and not rest else {"seconds": str(seconds), "nanos": rest * 1_000_000}
