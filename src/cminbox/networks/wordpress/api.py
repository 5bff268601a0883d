"""Asking a site's REST interface as one of its users: addresses, credentials, and what its errors mean.

Errors are known by their code, never by their words, which come in the site's language and hold HTML.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, UnknownAddress, ask, check_url
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape, listing, mapping, unreadable
from cminbox.network_kit.text import plain
from cminbox.networks.wordpress.account import PLAIN
from cminbox.networks.wordpress.comments import positive
from cminbox.networks.wordpress.errors import NoSuchThing, meaning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.networks.wordpress.account import WordpressAccount

Params = tuple[tuple[str, str], ...]

SHOP = "wc/v3"
"""The namespace of WooCommerce's routes."""
REVIEWS = f"/{SHOP}/products/reviews"
_ASK_ABOUT_SHOP_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Me:
    """The user whose password it is."""

    id: int
    handle: str
    name: str
    roles: tuple[str, ...]
    capabilities: frozenset[str]

    @property
    def person(self) -> str:
        """The user's id as the author of comments."""
        return f"user/{self.id}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of a list, and how long the whole list is; None where the site does not say."""

    items: list[Any]
    total: int | None


class Api:
    """One user of one site. All methods raise NetworkFailure."""

    def __init__(self, account: WordpressAccount, http: httpx.AsyncClient, now: Callable[[], int]) -> None:
        self.now = now
        self.http = http
        self.account = account
        self.host = check_url(account.base_url)
        self._site = account.base_url.removesuffix(f"/{PLAIN}")
        self._plain = account.base_url.endswith(PLAIN)
        self._sure = self._plain
        secret = account.application_password.get_secret_value()
        pair = base64.b64encode(f"{account.username}:{secret}".encode()).decode()
        self._headers = {"authorization": f"Basic {pair}"}
        self._me: Me | None = None
        self._shop: tuple[int, bool] | None = None

    @property
    def comments(self) -> str:
        """The route below which comments are read and written, in the version that the settings ask for."""
        return f"/wp/{self.account.api_version}/comments"

    async def get(self, route: str, params: Params = ()) -> Reader:
        """Read one thing."""
        answer = await self._ask(Question("GET", route, params))
        return mapping(answer.body, f"{self.host}{route}")

    async def list(self, route: str, params: Params) -> Listed:
        """Read a part of a list."""
        answer = await self._ask(Question("GET", route, params))
        total = answer.headers.get("x-wp-total", "")
        return Listed(listing(answer.body, f"{self.host}{route}"), int(total) if _is_figure(total) else None)

    async def act(self, method: str, route: str, params: Params = (), json: Mapping[str, Any] | None = None) -> None:
        """Change something that may be changed twice without harm."""
        await self._ask(Question(method, route, params, json=json))

    async def publish(self, route: str, json: Mapping[str, Any]) -> Answer:
        """Publish: the one request whose lost answer means that nobody knows."""
        return await self._ask(Question("POST", route, json=json, publishes=True))

    async def me(self, *, fresh: bool = False) -> Me:
        """Return whose password it is; asked once, and again when `fresh`."""
        if self._me is None or fresh:
            route = f"/wp/{self.account.api_version}/users/me"
            fields = (("context", "edit"), ("_fields", "id,name,slug,username,roles,capabilities"))
            self._me = _whose(await self.get(route, fields))
        return self._me

    async def has_shop(self) -> bool:
        """Return whether the site is a WooCommerce shop; asked once an hour."""
        if self._shop is None or self.now() - self._shop[0] >= _ASK_ABOUT_SHOP_MS:
            body = await self.get("/", (("_fields", "namespaces"),))
            try:
                self._shop = self.now(), SHOP in body.items("namespaces")
            except Shape as shape:
                raise unreadable(shape) from None
        return self._shop[1]

    async def _ask(self, question: Question) -> Answer:
        try:
            answer = await self._exchange(question)
        except NoSuchThing:
            self._sure = True
            raise
        except (Gone, UnknownAddress):
            # No WordPress said so: the web server may know nothing of pretty permalinks.
            if self._sure:
                raise self._no_interface() from None
            answer = await self._exchange_plainly(question)
        self._sure = True
        return answer

    async def _exchange_plainly(self, question: Question) -> Answer:
        self._plain = True
        try:
            return await self._exchange(question)
        except NoSuchThing:
            self._sure = True
            raise
        except (Gone, UnknownAddress):
            self._plain = False
        raise self._no_interface()

    async def _exchange(self, question: Question) -> Answer:
        route = question.url
        if self._plain:
            addressed = replace(question, url=f"{self._site}/", params=(("rest_route", route), *question.params))
        else:
            addressed = replace(question, url=f"{self._site}/wp-json{route}")
        return await ask(self.http, replace(addressed, headers=self._headers), explain=self._explain, now=self.now)

    def _explain(self, answer: Answer) -> NetworkFailure | None:
        return meaning(answer, self.host)

    def _no_interface(self) -> Refused:
        return Refused(
            say(
                "{host} has no REST interface at this address: check the address, and whether a plugin has switched "
                "the interface off",
                host=self.host,
            )
        )


def _whose(body: Reader) -> Me:
    try:
        identifier = positive(body, "id")
        name = plain(body.text("name", ""))
        handle = plain(body.text("username", "")) or plain(body.text("slug", "")) or name or str(identifier)
        capabilities = body.raw("capabilities")
        held = capabilities if isinstance(capabilities, dict) else {}
        granted = frozenset(one for one, is_granted in held.items() if is_granted is True)
        roles = tuple(plain(one) for one in body.items("roles") if isinstance(one, str))
        return Me(identifier, handle.removeprefix("@") or str(identifier), name or handle, roles, granted)
    except Shape as shape:
        raise unreadable(shape) from None


def _is_figure(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12  # noqa: PLR2004 - a plausible one
