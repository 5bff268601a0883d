"""Asking YouTube as one channel: addresses, tokens, units, and what its errors mean.

Errors are known by their reason, never by their words, which come in many languages.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, check_url
from cminbox.network_kit.failures import Gone, Refused, TryLater
from cminbox.network_kit.google.errors import SWITCHED_OFF, ended, not_granted, pause, reasons_of
from cminbox.network_kit.google.exchange import Exchange
from cminbox.network_kit.google.tokens import refresh_grant
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.youtube.account import SCOPE
from cminbox.networks.youtube.budget import READING, WRITING, Budget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.networks.youtube.account import YoutubeAccount

Params = tuple[tuple[str, str], ...]

_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_LOST = frozenset(
    {"commentNotFound", "parentCommentNotFound", "commentThreadNotFound", "liveChatNotFound", "liveChatMessageNotFound"}
)
_ENDED = frozenset({"liveChatEnded", "liveChatDisabled"})
_PAGES = frozenset({"invalidPageToken", "pageTokenInvalid"})


class PlaceLost(TryLater):
    """The place in a list is no longer known; the list has to be read from its beginning."""


class ChatEnded(Refused):
    """The live chat is over."""


@dataclass(frozen=True, slots=True)
class Me:
    """The channel that the token belongs to. `videos` is None where YouTube does not say."""

    id: str
    handle: str
    title: str
    videos: int | None


class Api:
    """One channel. All methods raise NetworkFailure."""

    def __init__(
        self, account: YoutubeAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
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
        self.budget = Budget(account, credentials, now)
        self._base = f"{account.base_url}/youtube/{account.api_version}"
        self.host = check_url(account.base_url)
        self._who: list[Me] = []
        self.spares_reserve = False

    def background(self) -> Api:
        """Return the same channel for what can wait: it leaves the units that are kept for replies alone."""
        other = copy.copy(self)
        other.spares_reserve = True
        return other

    async def get(self, path: str, params: Params, units: int = READING) -> Reader:
        """Return an answer that is an object; it costs so many `units` of the day's quota. Raises NetworkFailure."""
        answer = await self._ask(Question("GET", self._base + path, params), units)
        return mapping(answer.body, f"{self.host}{path}")

    async def act(self, method: str, path: str, params: Params, json: Mapping[str, Any] | None = None) -> None:
        """Change something that may be changed twice without harm."""
        await self._ask(Question(method, self._base + path, params, json=json), WRITING)

    async def publish(self, path: str, json: Mapping[str, Any]) -> Answer:
        """Publish: the one request whose lost answer means that nobody knows."""
        question = Question("POST", self._base + path, (("part", "snippet"),), json=json, publishes=True)
        return await self._ask(question, WRITING)

    async def me(self, *, fresh: bool = False) -> Me:
        """Return whose token it is; asked once, and again when `fresh`."""
        if not self._who or fresh:
            self._who[:] = [_whose(await self.get("/channels", (("part", "snippet,statistics"), ("mine", "true"))))]
        return self._who[0]

    async def _ask(self, question: Question, units: int) -> Answer:
        await self.budget.open()
        await self.tokens.current()
        self.budget.spend(units, spare_reserve=self.spares_reserve)
        try:
            return await self._exchange.ask(question, self._explain)
        finally:
            await self.budget.keep(everything=units >= WRITING)

    def _explain(self, answer: Answer) -> NetworkFailure | None:
        """Give YouTube's own meaning to an error."""
        reasons = reasons_of(answer)
        if reasons & _SPENT:
            return self.budget.exhausted()
        return (
            ended(answer, self.host)
            or pause(answer, self.host, self.now())
            or not_granted(answer, SCOPE)
            or _meaning(reasons, self.host)
        )


def _meaning(reasons: frozenset[str], host: str) -> NetworkFailure | None:
    if reasons & _LOST:
        return Gone(say("{host} no longer has it{said}", host=host, said=""))
    if reasons & _ENDED:
        return ChatEnded(say("This live chat is over"))
    if reasons & _PAGES:
        return PlaceLost(say("YouTube has lost the place in its list; it is read again from the beginning"))
    return Refused(_why(reasons)) if reasons else None


def _why(reasons: frozenset[str]) -> Saying:
    if reasons & SWITCHED_OFF:
        return say("YouTube Data API v3 is not enabled in your project at console.cloud.google.com")
    if "commentsDisabled" in reasons:
        return say("Comments are switched off under this video")
    return say("YouTube refused it ({reason})", reason=safe(", ".join(sorted(reasons)), limit=100))


def _whose(body: Reader) -> Me:
    try:
        items = body.items("items")
        if not items:
            raise Refused(
                say("This Google account has no YouTube channel; sign in again and choose the brand's channel")
            )
        channel = Reader(items[0], "channel")
        snippet = channel.maybe_object("snippet")
        title = plain(snippet.text("title", "")) if snippet is not None else ""
        name = plain(snippet.text("customUrl", "")) if snippet is not None else ""
        identifier = channel.identifier("id")
        handle = name.removeprefix("@") or title or identifier
        return Me(identifier, handle.removeprefix("@") or identifier, title or handle, _videos(channel))
    except Shape as shape:
        raise unreadable(shape) from None


def _videos(channel: Reader) -> int | None:
    """Return how many videos a channel has: a whole number that is written as text."""
    figures = channel.raw("statistics")
    count = figures.get("videoCount") if isinstance(figures, dict) else None
    text = str(count)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - a plausible one
