"""Asking one Mastodon server as one account: addresses, the token, permissions, and what the server says of itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.failures import Gone, Refused, SignInAgain
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.networks.mastodon.account import MAX_CHARACTERS, URL_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.networks.mastodon.account import MastodonAccount

Params = tuple[tuple[str, str], ...]

_GROUPED_SINCE = 2
_MOST_CHARACTERS = 1_000_000
_PERMISSION_WORDS = ("authorized scopes", "insufficient_scope", "insufficient permission")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server says of itself. `grouped` stands for Mastodon 4.3 and later, with all that came then."""

    version: str
    grouped: bool
    max_characters: int = MAX_CHARACTERS
    url_length: int = URL_LENGTH


@dataclass(frozen=True, slots=True)
class Me:
    """The account that the token belongs to, with the JSON in which the server described it."""

    id: str
    acct: str
    account: Reader


class Api:
    """One server, asked as one account. All methods raise NetworkFailure."""

    def __init__(self, account: MastodonAccount, http: httpx.AsyncClient, now: Callable[[], int]) -> None:
        self.base_url = account.base_url
        self.now = now
        self._token = account.access_token
        self._http = http
        self._facts: Facts | None = None
        self._me: Me | None = None

    @property
    def host(self) -> str:
        """The server's name for a sentence."""
        return safe(httpx.URL(self.base_url).host)

    async def get(self, path: str, params: Params = (), *, scope: str | None = None) -> Answer:
        """Read; `scope` is the permission that this needs."""
        return await self._ask(Question("GET", self.base_url + path, params, headers=self._headers()), scope)

    async def act(self, path: str, json: Mapping[str, Any] | None = None, *, scope: str) -> Answer:
        """Change something that may be changed twice without harm."""
        question = Question("POST", self.base_url + path, json=json, headers=self._headers())
        return await self._ask(question, scope)

    async def remove(self, path: str, *, scope: str) -> Answer:
        """Delete something."""
        return await self._ask(Question("DELETE", self.base_url + path, headers=self._headers()), scope)

    async def publish(self, json: Mapping[str, Any], key: str) -> Answer:
        """Publish a status: the one request whose lost answer means that nobody knows."""
        headers = self._headers() | {"idempotency-key": key}
        question = Question("POST", f"{self.base_url}/api/v1/statuses", json=json, headers=headers, publishes=True)
        return await self._ask(question, "write:statuses")

    async def me(self, *, fresh: bool = False) -> Me:
        """Return who we are; asked once, and again when `fresh`. Raises NetworkFailure."""
        if self._me is None or fresh:
            try:
                answer = await self.get("/api/v1/accounts/verify_credentials", scope="read:accounts")
            except Gone:
                raise Refused(
                    say("{host} does not answer as a Mastodon server does; check the address", host=self.host),
                ) from None
            account = mapping(answer.body, self.host)
            try:
                self._me = Me(account.identifier("id"), account.text("acct"), account)
            except Shape as shape:
                raise unreadable(shape) from None
        return self._me

    async def facts(self, *, fresh: bool = False) -> Facts:
        """Return what the server says of itself; asked once, and again when `fresh`."""
        if self._facts is None or fresh:
            try:
                answer = await self.get("/api/v2/instance")
            except Gone:
                # Servers before 4.0 and some others know the first form only.
                answer = await self.get("/api/v1/instance")
            self._facts = _facts(mapping(answer.body, self.host))
        return self._facts

    def lacks_groups(self) -> None:
        """Remember that the server is without grouped notifications, whatever it says."""
        if self._facts is not None:
            self._facts = replace(self._facts, grouped=False)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token.get_secret_value()}"}

    async def _ask(self, question: Question, scope: str | None) -> Answer:
        def explain(answer: Answer) -> NetworkFailure | None:
            return None if scope is None else _missing_scope(answer, scope, self.host)

        return await ask(self._http, question, explain=explain, now=self.now)


def segment(identifier: str) -> str:
    """Return an opaque id as one segment of a path, whatever is in it."""
    return quote(identifier, safe="")


def status_path(identifier: str, part: str = "") -> str:
    """Return the path of a status, or of a part or an act of it."""
    path = f"/api/v1/statuses/{segment(identifier)}"
    return f"{path}/{part}" if part else path


def _missing_scope(answer: Answer, scope: str, host: str) -> NetworkFailure | None:
    """Tell a permission that was never granted from every other refusal."""
    if answer.status != httpx.codes.FORBIDDEN:
        return None
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    words = f"{error} {answer.headers.get('www-authenticate', '')}".lower()
    if not any(known in words for known in _PERMISSION_WORDS):
        return None
    said = say("The token for {host} lacks the permission {scope}; sign in again and grant it", host=host, scope=scope)
    return SignInAgain(said, missing_scope=scope)


def _facts(instance: Reader) -> Facts:
    """Read an instance's description, either form of it; what is missing or odd keeps its usual value."""
    rules = _inner(_inner(instance, "configuration"), "statuses")
    most = _whole(rules, "max_characters") or _whole(instance, "max_toot_chars") or MAX_CHARACTERS
    version = instance.raw("version")
    return Facts(
        version=safe(version, limit=60) if isinstance(version, str) else "",
        grouped=(_whole(_inner(instance, "api_versions"), "mastodon") or 0) >= _GROUPED_SINCE,
        max_characters=most,
        url_length=_whole(rules, "characters_reserved_per_url") or URL_LENGTH,
    )


def _inner(reader: Reader | None, key: str) -> Reader | None:
    try:
        return None if reader is None else reader.maybe_object(key)
    except Shape:
        return None


def _whole(reader: Reader | None, key: str) -> int | None:
    value = None if reader is None else reader.raw(key)
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST_CHARACTERS
    return value if fits else None
