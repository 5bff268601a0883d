"""The simulated Google Business Profile: accounts, places and their reviews, on three hosts that are one here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cminbox.simulators.google_front import no_such_address
from cminbox.simulators.google_reviews import Review, Reviews, fault, iso, refusal
from cminbox.simulators.google_sign_in import Application, Google
from cminbox.simulators.openapi_check import load
from cminbox.simulators.wire import Response, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Fault, Request

SCOPE = "https://www.googleapis.com/auth/business.manage"
APPLICATION = Application(device=False, scopes=(SCOPE,))
MOST_BYTES = 4096
ACCOUNT = "accounts/1001"
PLACE = "2001"
_TOGETHER = 50
_STARS = ("STAR_RATING_UNSPECIFIED", "ONE", "TWO", "THREE", "FOUR", "FIVE")
_BATCH = "POST /v4/accounts/{accountsId}/locations:batchGetReviews"
_LIST = "GET /v4/accounts/{accountsId}/locations/{locationsId}/reviews"


@dataclass(slots=True, eq=False)
class Place:
    """A place on the map. `account` is the resource name of the one under which it stands."""

    id: str
    title: str
    account: str = ACCOUNT
    verified: bool = True


class SimulatedGoogleBusiness:
    """A business with places; people write through its methods, the adapter through its API.

    `now` gives UTC milliseconds. `largest_page` bounds every page; a `bare` server leaves out all that it may;
    `language` is that of its error texts. With `grouped` the reviews of several places come place by place, not newest
    first; a project that was not `let_in` may ask nothing a minute. `permitted` says whether the person may answer.
    """

    def __init__(  # noqa: PLR0913 - each is one knob of the played server
        self,
        now: Callable[[], int],
        *,
        refresh_token: str = "1//simulated-refresh",  # noqa: S107 - it opens a simulator only
        application: Application = APPLICATION,
        largest_page: int = 50,
        bare: bool = False,
        language: str = "en",
        grouped: bool = False,
        let_in: bool = True,
        permitted: bool = True,
    ) -> None:
        self.now = now
        self.google = Google(replace(application, device_scopes=()), refresh_token, now)
        self.reviews = Reviews(now, "AbFvOq")
        self.places: dict[str, Place] = {}
        self.accounts: dict[str, str] = {ACCOUNT: "Acme"}
        self.largest_page = largest_page
        self.bare = bare
        self.language = language
        self.grouped = grouped
        self.let_in = let_in
        self.permitted = permitted
        self.sunset = False
        self._specification = load("google_business")
        self.add_place("Acme Lyon", PLACE)

    # What the wire asks.

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the API's description does not allow it."""
        operation = self._specification.check(request)
        if operation.name == "POST /device/code":
            return self.google.device_code(request.form())
        if operation.name == "POST /token":
            return self.google.token(request.form())
        refused = self._refused(request, operation)
        if refused is not None:
            return refused
        if operation.name == "GET /v1/accounts":
            return self._accounts()
        if operation.name == "GET /v1/accounts/{accountsId}/locations":
            return self._locations(request, f"accounts/{operation.path_values['accountsId']}")
        return self._about_reviews(request, operation)

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish an answer."""
        return request.method == "PUT"

    def error(self, which: Fault) -> Response:
        """Return Google's own form of a failure."""
        return fault(which, self.language)

    # What people do.

    def add_place(self, title: str, identifier: str, account: str = ACCOUNT, *, verified: bool = True) -> Place:
        """Let the business have one more place."""
        self.accounts.setdefault(account, f"Group {account}")
        self.places[identifier] = Place(identifier, title, account, verified)
        return self.places[identifier]

    def someone_reviews(
        self, author: str, text: str, place: str = PLACE, *, stars: int = 5, at: int | None = None
    ) -> str:
        """Let a person review a place; return the id that an adapter gives to it."""
        return self.known_as(self.reviews.write(author, text, place, stars=stars, at=at))

    def known_as(self, review: Review) -> str:
        """Return the id that an adapter gives to a review."""
        return f"{review.place}/{review.id}"

    def review(self, remote_id: str) -> Review | None:
        """Return a review by the id that an adapter gives to it."""
        return self.reviews.all.get(remote_id.partition("/")[2])

    def shown(self, review: Review) -> dict[str, Any]:
        """Return a review as the API shows it."""
        place = self.places[review.place]
        name = f"{place.account}/locations/{place.id}/reviews/{review.id}"
        if review.odd:
            return {"name": f"{name}/drawing", "starRating": "ELEVEN"}
        body: dict[str, Any] = {"name": name, "reviewId": review.id, "starRating": _STARS[review.stars]}
        body |= {"createTime": iso(review.at), "updateTime": iso(review.changed_at)}
        if review.text:
            body["comment"] = _translated(review.text) if review.translated else review.text
        if review.reply:
            body["reviewReply"] = self._shown_reply(review)
        if not self.bare:
            body["reviewer"] = {"displayName": review.author, "isAnonymous": not review.author}
            body["reviewReplyUrl"] = f"https://business.google.com/reviews/{review.id}"
        if review.pictures:
            address = "https://lh3.googleusercontent.com/p/"
            body["reviewMediaItems"] = [{"thumbnailUrl": f"{address}{n}"} for n in range(review.pictures)]
        return body

    def _about_reviews(self, request: Request, operation: Operation) -> Response:
        if operation.name == _BATCH:
            return self._batch(request)
        place = self.places.get(operation.path_values["locationsId"])
        if place is None or place.account != f"accounts/{operation.path_values['accountsId']}":
            return self._no(404, "NOT_FOUND", "notFound")
        if operation.name == _LIST:
            return self._list(request, place)
        review = self.reviews.all.get(operation.path_values["reviewsId"])
        if review is None or review.place != place.id:
            return self._no(404, "NOT_FOUND", "notFound")
        if request.method == "PUT":
            return self._reply(review, request.json().get("comment") or "")
        return self._unreply(review) if request.method == "DELETE" else Response.of(self.shown(review))

    def _accounts(self) -> Response:
        shown = [{"name": name, "accountName": title, "type": "PERSONAL"} for name, title in self.accounts.items()]
        if self.bare:
            shown = [{"name": one["name"]} for one in shown]
        return Response.of({"accounts": shown} if shown else {})

    def _locations(self, request: Request, account: str) -> Response:
        if request.headers.get("accept-language", "en") != "en":
            raise SpecViolation("signs of translations are known in English alone")
        places = [one for one in self.places.values() if one.account == account]
        shown: list[dict[str, Any]] = [{"name": f"locations/{one.id}", "title": one.title} for one in places]
        if not self.bare:
            for body, place in zip(shown, places, strict=True):
                body["metadata"] = {"hasVoiceOfMerchant": place.verified, "placeId": f"ChIJ{place.id}"}
        return Response.of({"locations": shown} if shown else {})

    def _list(self, request: Request, place: Place) -> Response:
        if not place.verified:
            return self._no(400, "FAILED_PRECONDITION", "locationNotVerified")
        found = self.reviews.newest([place.id])
        page = self._page(found, request.first("pageToken"), request.first("pageSize"))
        if page is None:
            return self._no(400, "INVALID_ARGUMENT", "invalidPageToken")
        body: dict[str, Any] = {"reviews": [self.shown(one) for one in page[0]]} if page[0] else {}
        if found and not self.bare:
            body |= {"totalReviewCount": len(found), "averageRating": sum(one.stars for one in found) / len(found)}
        return Response.of(body if page[1] is None else body | {"nextPageToken": page[1]})

    def _batch(self, request: Request) -> Response:
        asked = request.json()
        places = [self.places.get(str(name).rpartition("/")[2]) for name in asked["locationNames"]]
        if not places or len(places) > _TOGETHER or any(one is None or not one.verified for one in places):
            return self._no(400, "INVALID_ARGUMENT", "badRequest")
        found = self.reviews.newest([one.id for one in places if one is not None])
        if self.grouped:
            found.sort(key=lambda one: one.place)
        page = self._page(found, asked.get("pageToken"), str(asked.get("pageSize") or ""))
        if page is None:
            return self._no(400, "INVALID_ARGUMENT", "invalidPageToken")
        shown = [
            {"name": self.shown(one)["name"].partition("/reviews/")[0], "review": self.shown(one)} for one in page[0]
        ]
        body: dict[str, Any] = {"locationReviews": shown} if shown else {}
        return Response.of(body if page[1] is None else body | {"nextPageToken": page[1]})

    def _page(
        self, found: Sequence[Review], token: str | None, size: str | None
    ) -> tuple[list[Review], str | None] | None:
        most = min(int(size or self.largest_page), self.largest_page)
        if not self.grouped:
            return self.reviews.page(found, token or None, most)
        start = int(token or 0)
        following = start + most
        return list(found[start:following]), str(following) if following < len(found) else None

    def _reply(self, review: Review, text: str) -> Response:
        if not text.strip() or len(text.encode()) > MOST_BYTES:
            return self._no(400, "INVALID_ARGUMENT", "invalidReply")
        self.reviews.answer(review.id, text)
        review.reply_state = "PENDING"
        return Response.of(self._shown_reply(review))

    def _unreply(self, review: Review) -> Response:
        if not review.reply:
            return self._no(404, "NOT_FOUND", "notFound")
        review.reply = ""
        return Response.of({})

    def _shown_reply(self, review: Review) -> dict[str, Any]:
        body: dict[str, Any] = {"comment": review.reply, "updateTime": iso(review.reply_at)}
        if review.reply_state and not self.bare:
            body["reviewReplyState"] = review.reply_state
            if review.reply_state == "REJECTED":
                body["policyViolation"] = "OFF_TOPIC"
        return body

    def _refused(self, request: Request, operation: Operation) -> Response | None:
        """Return the refusal of a request without a living token, without permission or without access."""
        if self.sunset:
            return no_such_address()
        if not self.google.accepts(request.headers.get("authorization", "")):
            return self._no(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED")
        if not self.let_in:
            metadata = {"quota_limit": "DefaultRequestsPerMinutePerProject", "quota_limit_value": "0"}
            return refusal(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", self.language, metadata)
        if SCOPE not in self.google.application.scopes:
            return self._no(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
        if not self.permitted and operation.name.startswith(("PUT", "DELETE")):
            return self._no(403, "PERMISSION_DENIED", "forbidden")
        return None

    def _no(self, status: int, word: str, reason: str) -> Response:
        return refusal(status, word, reason, self.language)


def _translated(text: str) -> str:
    return f"(Translated by Google) something else\n\n(Original)\n{text}"
