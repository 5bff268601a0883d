"""Asking LinkedIn as one Page: addresses, the version in its header, tokens, lists, and what its errors mean.

Errors are known by their status and code, never by their words, which come in many languages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import Refused, SignInAgain, TryLater
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.network_kit.waits import wait_from_headers
from cminbox.networks.linkedin.tokens import Token, TokenKeeper
from cminbox.networks.linkedin.versions import refused

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping

    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.networks.linkedin.account import LinkedinAccount

PAGE = 100
RESTLI = "2.0.0"
MOST_PAGES = 500
_A_MINUTE = 60.0
"""Besides the calls of a day, comments are counted by the minute."""
_WHILE = 15 * 60.0
"""LinkedIn does not say how long a limit lasts; that of a day ends at midnight UTC."""
_OVERLAP = 10
"""One item in so many is read twice."""
_DAY_MS = 24 * 3600 * 1000


class Denied(Refused):
    """The person who signed in, or the application, may not do this."""


class _TokenDied(SignInAgain):
    """The access token is no longer accepted; a new one may be."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a list, and where the next one begins; None behind the last."""

    items: tuple[Any, ...]
    next_start: int | None


class Api:
    """One Page. All methods raise NetworkFailure. Addresses are written as they go out, percent-encoded."""

    def __init__(
        self, account: LinkedinAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
    ) -> None:
        self.account = account
        self.now = now
        self.tokens = TokenKeeper(account, http, credentials, now)
        self.host = check_url(account.base_url)
        self.me = account.organization
        self._http = http

    async def get(self, path: str) -> Reader:
        """Read one thing."""
        return mapping((await self._ask(self._question("GET", path))).body, f"{self.host}{path.partition('?')[0]}")

    async def page(self, path: str, query: str = "", start: int = 0) -> Slice:
        """Read a page of a list; `query` is as it goes out, without a leading sign.

        `start` is the number of its first item.
        """
        asked = "&".join(part for part in (query, f"start={start}", f"count={PAGE}") if part)
        return slice_of(await self.get(f"{path}?{asked}"), start)

    async def every(self, path: str, query: str = "", most: int = MOST_PAGES) -> AsyncGenerator[Slice]:
        """Read the pages of a list one after another, at most so many.

        Places are counted from the beginning: what is deleted meanwhile moves the rest forward. Each page therefore
        begins a little before the end of the one before it, and some of its items are known already.
        """
        start = 0
        for _ in range(most):
            part = await self.page(path, query, start)
            yield part
            if part.next_start is None:
                return
            start = part.next_start - (part.next_start - start) // _OVERLAP

    async def publish(self, path: str, json: Mapping[str, Any]) -> Answer:
        """Publish: the one request whose lost answer means that nobody knows."""
        return await self._ask(replace(self._question("POST", path), json=json, publishes=True))

    async def act(self, method: str, path: str, json: Mapping[str, Any] | None = None) -> None:
        """Change something that may be changed twice without harm."""
        await self._ask(replace(self._question(method, path), json=json))

    def _question(self, method: str, path: str) -> Question:
        return Question(method, f"{self.account.base_url}/rest{path}")

    async def _ask(self, question: Question) -> Answer:
        token = await self.tokens.current()
        try:
            return await self._signed(question, token)
        except _TokenDied:
            # A 401 publishes nothing.
            return await self._signed(question, await self.tokens.renewed(token))

    async def _signed(self, question: Question, token: Token) -> Answer:
        headers = {
            "authorization": f"Bearer {token.access}",
            "linkedin-version": self.account.api_version,
            "x-restli-protocol-version": RESTLI,
        }
        explain = partial(self._explain, publishes=question.publishes)
        return await ask(self._http, replace(question, headers=headers), explain=explain, now=self.now)

    def _explain(self, answer: Answer, *, publishes: bool) -> NetworkFailure | None:
        """Give LinkedIn's own meaning to an error."""
        match answer.status:
            case httpx.codes.UNAUTHORIZED:
                return _TokenDied(say("LinkedIn no longer accepts these credentials; sign in again"))
            case httpx.codes.UPGRADE_REQUIRED:
                return Refused(refused(self.account.api_version))
            case httpx.codes.TOO_MANY_REQUESTS:
                return self._pause(answer, publishes=publishes)
            case httpx.codes.FORBIDDEN:
                return Denied(
                    say(
                        "LinkedIn does not allow it ({code}): the person who signed in has to be an administrator of "
                        "the Page, and the application to have the permission",
                        code=code_of(answer) or str(answer.status),
                    )
                )
        return None

    def _pause(self, answer: Answer, *, publishes: bool) -> TryLater:
        now = self.now()
        to_midnight = (_DAY_MS - now % _DAY_MS) / 1000 + 1
        after = wait_from_headers(answer.headers, now) or min(_A_MINUTE if publishes else _WHILE, to_midnight)
        return TryLater(say("{host} asks for a pause (rate limit)", host=self.host), after, rate_limited=True)


def code_of(answer: Answer) -> str:
    """Return the code that an error bears, empty where it has none."""
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    return safe(code, limit=60) if isinstance(code, str) else ""


def slice_of(body: Reader, start: int) -> Slice:
    """Return a page of a list that began at a place. Raises Unreadable. `start` is the number of its first item."""
    if not body.has("elements"):
        # An error inside a good answer is no empty list.
        raise unreadable(Shape(f"{body.where}.elements", "a list"))
    try:
        items = tuple(body.items("elements"))
        paging = body.maybe_object("paging")
        if paging is None:
            return Slice(items, start + len(items) if len(items) >= PAGE else None)
        count = paging.number("count", PAGE)
        step = count if 0 < count <= PAGE else PAGE
        links = [link.get("rel") for link in paging.items("links") if isinstance(link, dict)]
        total = paging.number("total", -1)
    except Shape as shape:
        raise unreadable(shape) from None
    # A page can be short for what was filtered out of it: only where nothing else is said does that mean the end.
    more = "next" in links or start + step < total or (not links and total < 0 and len(items) >= step)
    return Slice(items, start + step if more else None)
