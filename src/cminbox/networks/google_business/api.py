"""Asking Google about the reviews of a business: addresses, and what errors mean.

Errors are known by their reason or status, never by their words, which come in many languages.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer as Answered
from cminbox.network_kit.answers import Question, check_url
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SendOutcomeUnknown, TryLater
from cminbox.network_kit.google.errors import SWITCHED_OFF, details_of, ended, not_granted, pause, reasons_of
from cminbox.network_kit.google.exchange import Exchange
from cminbox.network_kit.google.tokens import refresh_grant
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.network_kit.reviews.review import Listed
from cminbox.networks.google_business.account import SCOPE
from cminbox.networks.google_business.places import Directory
from cminbox.networks.google_business.reading import read_answer, read_review

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.reviews.review import Answer, Review
    from cminbox.networks.google_business.account import GoogleBusinessAccount
    from cminbox.networks.google_business.places import Place

PAGE = 50
TOGETHER = 50
"""So many places' reviews are asked for with one request."""
_MOST_PAGES = 200
_MOST_LOOKED_AT = 20
_NEWEST = "updateTime desc"
_ENGLISH = {"accept-language": "en"}


class Api:
    """The reviews of one business. All methods raise NetworkFailure."""

    def __init__(
        self, account: GoogleBusinessAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
    ) -> None:
        self.now = now
        grant = refresh_grant(
            account.sign_in_url,
            SCOPE,
            account.client_id,
            account.client_secret.get_secret_value(),
            account.refresh_token.get_secret_value(),
        )
        self._exchange = Exchange(grant, http, credentials, now)
        self.tokens = self._exchange.tokens
        self.directory = Directory(account, self._get, now)
        self._base = f"{account.base_url}/{account.api_version}"

    async def me(self) -> Person:
        """Return the business: its one place, or its account where there are several."""
        places = await self.directory.places()
        known = [*places.found.values(), *places.silent]
        title = known[0].title if len(known) == 1 else places.owner or known[0].title
        identifier = known[0].id if len(known) == 1 else known[0].account
        name = " ".join(title.split())
        return Person(identifier, name.lstrip("@") or identifier, name)

    def most_pages(self, *, looking: bool) -> int:
        """Return how many pages of a list are read at once: ten thousand reviews at first, a thousand in a look."""
        return _MOST_LOOKED_AT if looking else _MOST_PAGES

    def vouched_since(self) -> int:
        """Return since when lists hold everything: always."""
        return 0

    async def lists(self) -> Sequence[Callable[[], AsyncIterator[Listed]]]:
        """Return the lists to read: of one place, or of up to fifty together."""
        by_account: dict[str, list[Place]] = {}
        for place in (await self.directory.places()).found.values():
            by_account.setdefault(place.account, []).append(place)
        return [
            partial(self.newest, places[start : start + TOGETHER])
            for places in by_account.values()
            for start in range(0, len(places), TOGETHER)
        ]

    async def newest(self, places: Sequence[Place]) -> AsyncIterator[Listed]:
        """Yield the reviews of places of one account, newest first."""
        token = ""
        while True:
            page = await (self._of_one(places[0], token) if len(places) == 1 else self._of_many(places, token))
            following = page.raw("nextPageToken")
            token = following if isinstance(following, str) else ""
            yield _listed(page, more=bool(token), mixed=len(places) > 1)
            if not token:
                return

    async def figures(self, place: Place) -> tuple[int, float | None]:
        """Return how many reviews a place has, and the average of their stars where Google tells it."""
        page = await self._of_one(place, "")
        total, average = page.raw("totalReviewCount"), page.raw("averageRating")
        counted = isinstance(total, int) and not isinstance(total, bool)
        rated = isinstance(average, (int, float)) and not isinstance(average, bool)
        return (max(total, 0) if counted else len(_listed(page, more=False).reviews)), (average if rated else None)

    async def one(self, identifier: str) -> Review:
        """Return a review. Raises Gone."""
        answer = await self._ask(Question("GET", await self._address(identifier)))
        try:
            return read_review(answer.body)
        except Shape as shape:
            raise unreadable(shape) from None

    async def publish(self, identifier: str, text: str) -> Answer:
        """Answer a review, in place of the answer that is there. Raises NetworkFailure."""
        address = f"{await self._address(identifier)}/reply"
        question = Question("PUT", address, json={"comment": text}, publishes=True)
        answer = await self._ask(question)
        try:
            return read_answer(answer.body, self.now())
        except Shape:
            raise SendOutcomeUnknown(say("Google took the answer but does not say that it stands there")) from None

    async def delete_answer(self, identifier: str) -> None:
        """Delete what stands below a review. Gone is fine."""
        try:
            await self._ask(Question("DELETE", f"{await self._address(identifier)}/reply"))
        except Gone:
            return

    async def _address(self, identifier: str) -> str:
        place, _slash, review = identifier.partition("/")
        known = await self.directory.place(place)
        return f"{self._base}/{known.name}/reviews/{quote(review, safe='')}"

    async def _of_one(self, place: Place, token: str) -> Reader:
        params = (("pageSize", str(PAGE)), ("orderBy", _NEWEST), *((("pageToken", token),) if token else ()))
        return await self._get(f"{self._base}/{place.name}/reviews", params)

    async def _of_many(self, places: Sequence[Place], token: str) -> Reader:
        body: dict[str, Any] = {
            "locationNames": [place.name for place in places],
            "pageSize": PAGE,
            "orderBy": _NEWEST,
            "ignoreRatingOnlyReviews": False,
        }
        if token:
            body["pageToken"] = token
        question = Question("POST", f"{self._base}/{places[0].account}/locations:batchGetReviews", json=body)
        return _object((await self._ask(question, paged=bool(token))).body, question.url)

    async def _get(self, address: str, params: tuple[tuple[str, str], ...]) -> Reader:
        paged = any(name == "pageToken" for name, _value in params)
        return _object((await self._ask(Question("GET", address, params), paged=paged)).body, address)

    async def _ask(self, question: Question, *, paged: bool = False) -> Answered:
        host = check_url(question.url)

        def meaning(answer: Answered) -> NetworkFailure | None:
            if paged and answer.status == httpx.codes.BAD_REQUEST:
                return TryLater(say("Google has lost the place in its list; it is read again from the beginning"))
            known = _not_yet(answer) or ended(answer, host) or pause(answer, host, self.now())
            return known or not_granted(answer, SCOPE) or _meaning(answer, host)

        return await self._exchange.ask(question, meaning, _ENGLISH)


def _not_yet(answer: Answered) -> NetworkFailure | None:
    """Return that the project was never let in: Google then counts to zero requests a minute."""
    if not any(detail.get("quota_limit_value") == "0" for detail in details_of(answer)):
        return None
    return Refused(
        say("Google has not yet given your project access to the Business Profile APIs; ask for it with Google's form")
    )


def _meaning(answer: Answered, host: str) -> NetworkFailure | None:
    """Give Google's own meaning to an error."""
    reasons = reasons_of(answer)
    if reasons & SWITCHED_OFF:
        return Refused(say("{host} is not enabled in your project at console.cloud.google.com", host=host))
    if answer.status == httpx.codes.NOT_FOUND:
        return Gone(say("This review no longer exists at Google"))
    if answer.status == httpx.codes.FORBIDDEN:
        return Refused(say("This Google account may not do that: it has to be an owner or a manager of the place"))
    return Refused(_why(reasons)) if reasons else None


def _why(reasons: frozenset[str]) -> Saying:
    return say("Google refused it ({reason})", reason=safe(", ".join(sorted(reasons)), limit=100))


def _object(body: object, address: str) -> Reader:
    page = mapping(body, safe(address.partition("?")[0], limit=200))
    if page.has("error"):
        # An error inside a good answer is no empty list.
        raise unreadable(Shape(page.where, "what was asked for"))
    return page


def _listed(page: Reader, *, more: bool, mixed: bool = False) -> Listed:
    reviews: list[Review] = []
    skipped: list[Saying] = []
    try:
        items = [*page.items("reviews"), *(_inner(item) for item in page.items("locationReviews"))]
    except Shape as shape:
        raise unreadable(shape) from None
    for item in items:
        try:
            reviews.append(read_review(item))
        except Shape as shape:
            skipped.append(unreadable(shape).saying)
    return Listed(tuple(reviews), more, tuple(skipped), mixed)


def _inner(item: object) -> object:
    return item.get("review") if isinstance(item, dict) else item
