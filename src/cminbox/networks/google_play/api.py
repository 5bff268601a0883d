"""Asking Google Play about one app: addresses, quotas, and what its errors mean.

Errors are known by their reason or status, never by their words, which come in many languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx

from cminbox.domain.message import Person
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer as Answered
from cminbox.network_kit.answers import Question, check_url
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SendOutcomeUnknown, TryLater
from cminbox.network_kit.google.errors import SWITCHED_OFF, ended, not_granted, pause, reasons_of
from cminbox.network_kit.google.exchange import Exchange
from cminbox.network_kit.google.service_account import service_grant
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.network_kit.reviews.review import Listed
from cminbox.networks.google_play.account import SCOPE, WEEK_MS
from cminbox.networks.google_play.quota import Quota
from cminbox.networks.google_play.reading import read_answer, read_review

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.reviews.review import Answer, Review
    from cminbox.networks.google_play.account import GooglePlayAccount

_PAGE = 100
_LOOK = 8
"""One in so many of the hour's requests may go into a look at what is known."""
_EDGE_MS = 12 * 3600 * 1000
_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_NO_APP = frozenset({"applicationNotFound", "packageNotFound"})


class Api:
    """The reviews of one app. All methods raise NetworkFailure."""

    def __init__(
        self, account: GooglePlayAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
    ) -> None:
        self.now = now
        self.quota = Quota(account.gets_per_hour, now)
        self._package = account.package_name
        grant = service_grant(account.sign_in_url, SCOPE, account.key_file, now)
        self._exchange = Exchange(grant, http, credentials, now)
        app = f"{account.base_url}/androidpublisher/{account.api_version}/applications/{account.package_name}"
        self._reviews = f"{app}/reviews"
        self._host = check_url(account.base_url)

    async def me(self) -> Person:
        """Return the app, in whose developer's name answers stand."""
        return Person(self._package, self._package)

    def most_pages(self, *, looking: bool) -> int:
        """Return how many pages are read at once: all that this hour allows at first, some of them in a look."""
        left = self.quota.left()
        return max(min(left, self.quota.hourly // _LOOK) if looking else left, 1)

    def vouched_since(self) -> int:
        """Return since when every review is in the list: Google Play shows those of a week."""
        return self.now() - WEEK_MS + _EDGE_MS

    async def lists(self) -> Sequence[Callable[[], AsyncIterator[Listed]]]:
        """Return the one list there is."""
        return (self.newest,)

    async def newest(self) -> AsyncIterator[Listed]:
        """Yield the reviews of the last week, newest first."""
        token: str | None = None
        while True:
            page = await self._page(token)
            token = _following(page)
            yield _listed(page, self._package, more=token is not None)
            if token is None:
                return

    async def one(self, identifier: str) -> Review:
        """Return a review. Raises Gone."""
        self.quota.spend(waiting=False)
        answer = await self._exchange.ask(Question("GET", self._address(identifier)), self._meaning)
        try:
            return read_review(answer.body, self._package)
        except Shape as shape:
            raise unreadable(shape) from None

    async def publish(self, identifier: str, text: str) -> Answer:
        """Answer a review, in place of the answer that is there. Raises NetworkFailure."""
        question = Question("POST", f"{self._address(identifier)}:reply", json={"replyText": text}, publishes=True)
        answer = await self._exchange.ask(question, self._meaning)
        try:
            return read_answer(answer.body, text, self.now())
        except Shape:
            raise SendOutcomeUnknown(say("Google Play took the answer but does not say that it stands there")) from None

    async def _page(self, token: str | None) -> Reader:
        self.quota.spend(waiting=True)
        params = (("maxResults", str(_PAGE)), *((("token", token),) if token else ()))

        def meaning(answer: Answered) -> NetworkFailure | None:
            if token and answer.status == httpx.codes.BAD_REQUEST:
                return TryLater(say("Google Play has lost the place in its list; it is read again from the beginning"))
            if answer.status == httpx.codes.NOT_FOUND:
                return ended(answer, self._host) or Refused(self._unknown_app())
            return self._meaning(answer)

        answer = await self._exchange.ask(Question("GET", self._reviews, params), meaning)
        page = mapping(answer.body, f"{self._host}/reviews")
        if page.has("error"):
            raise unreadable(Shape(page.where, "a list"))
        return page

    def _address(self, identifier: str) -> str:
        return f"{self._reviews}/{quote(identifier, safe='')}"

    def _meaning(self, answer: Answered) -> NetworkFailure | None:
        """Give Google Play's own meaning to an error."""
        reasons = reasons_of(answer)
        if reasons & _SPENT:
            return self.quota.gone()
        spoken = ended(answer, self._host) or pause(answer, self._host, self.now()) or not_granted(answer, SCOPE)
        return spoken or self._refusal(answer, reasons)

    def _refusal(self, answer: Answered, reasons: frozenset[str]) -> NetworkFailure | None:
        if reasons & _NO_APP:
            return Refused(self._unknown_app())
        if answer.status == httpx.codes.NOT_FOUND:
            return Gone(say("Google Play no longer shows this review: it was deleted, or it is too old"))
        if answer.status == httpx.codes.FORBIDDEN and not reasons & SWITCHED_OFF:
            return Refused(
                say(
                    "The service account may not do this with {app}: in the Play Console, Users and permissions, "
                    "give it the permission to reply to reviews; it can take a day to hold",
                    app=self._package,
                )
            )
        return Refused(_why(reasons)) if reasons else None

    def _unknown_app(self) -> Saying:
        return say("Google Play knows no app {app} that this service account may see", app=self._package)


def _why(reasons: frozenset[str]) -> Saying:
    if reasons & SWITCHED_OFF:
        return say("Google Play Android Developer API is not enabled in your project at console.cloud.google.com")
    return say("Google Play refused it ({reason})", reason=safe(", ".join(sorted(reasons)), limit=100))


def _following(page: Reader) -> str | None:
    paging = page.raw("tokenPagination")
    token = paging.get("nextPageToken") if isinstance(paging, dict) else None
    return token if isinstance(token, str) and token else None


def _listed(page: Reader, package: str, *, more: bool) -> Listed:
    reviews: list[Review] = []
    skipped: list[Saying] = []
    try:
        items = page.items("reviews")
    except Shape as shape:
        raise unreadable(shape) from None
    for item in items:
        try:
            reviews.append(read_review(item, package))
        except Shape as shape:
            skipped.append(unreadable(shape).saying)
    return Listed(tuple(reviews), more, tuple(skipped))
