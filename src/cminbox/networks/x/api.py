"""Asking X as one account: addresses, signatures, prices, rate limits, and what its answers mean."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import httpx

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import Refused, SignInAgain, TryLater
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.network_kit.text import plain
from cminbox.network_kit.waits import seconds_until
from cminbox.networks.x.account import BROWSER, SCOPES
from cminbox.networks.x.ids import number_of
from cminbox.networks.x.oauth1 import Keys, authorization
from cminbox.networks.x.problems import PERMISSIONS, WITHHELD, NoCredit, TokenDied, inside, kinds_of, meaning
from cminbox.networks.x.purse import USER, Purse
from cminbox.networks.x.tokens import TokenKeeper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.networks.x.account import XAccount
    from cminbox.networks.x.tokens import Token

Params = tuple[tuple[str, str], ...]
_LEVEL = "x-access-level"
_WRITING, _MESSAGES_TOO = "write", "directmessages"


@dataclass(frozen=True, slots=True)
class Me:
    """The account that the token belongs to."""

    id: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What an answer is charged for: the kind of thing that was asked for, and the price of each."""

    kind: str
    each: int


class Api:
    """One account. All methods raise NetworkFailure."""

    def __init__(
        self, account: XAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
    ) -> None:
        self.now = now
        self.account = account
        self.purse = Purse(account, credentials, now)
        self.host = check_url(account.base_url)
        self.level = ""
        """What X says that the application may do, with the sign-in by a pin: "read-write-directmessages"."""
        self._base = f"{account.base_url}/{account.api_version}"
        self._http = http
        self._keeper = TokenKeeper(account, http, credentials, now) if account.sign_in == BROWSER else None
        self._keys = Keys(
            account.app_key,
            account.app_secret.get_secret_value(),
            account.token.get_secret_value(),
            account.token_secret.get_secret_value(),
        )
        self._granted = ""
        self._closed: dict[str, str] = {}
        self._me: Me | None = None

    async def get(self, path: str, params: Params, cost: Cost, scope: str, *, partial: bool = False) -> Reader:
        """Read. With `partial`, posts that X does not show are for the caller to notice."""
        answer = await self._ask(Question("GET", self._base + path, params), scope)
        body = mapping(answer.body, f"{self.host}{path}")
        self.purse.pay_for(answer.body, cost.each, cost.kind)
        if not body.has("data") and body.has("errors"):
            failure = inside(answer, self.now())
            if not (partial and kinds_of(answer.body) & WITHHELD):
                raise failure
        return body

    async def act(self, method: str, path: str, json: Mapping[str, Any] | None, price: int, scope: str) -> Reader:
        """Change something that may be changed twice without harm; return what X says of it."""
        await self.purse.open()
        self.purse.allow()
        answer = await self._ask(Question(method, self._base + path, json=json), scope)
        self.purse.pay(price)
        await self.purse.keep(everything=True)
        body = mapping(answer.body, f"{self.host}{path}")
        if not body.has("data") and body.has("errors"):
            raise inside(answer, self.now())
        try:
            return body.object("data")
        except Shape as shape:
            raise unreadable(shape) from None

    async def publish(self, path: str, json: Mapping[str, Any], scope: str) -> Answer:
        """Publish: the one request whose lost answer means that nobody knows. Raises NetworkFailure."""
        try:
            return await self._ask(Question("POST", self._base + path, json=json, publishes=True), scope)
        except NoCredit as failure:
            raise Refused(failure.saying) from None

    async def me(self, *, fresh: bool = False) -> Me:
        """Return whose token it is; asked once, and again when `fresh`."""
        if self._me is None or fresh:
            params = (("user.fields", "id,name,username"),)
            body = await self.get("/users/me", params, Cost("users", USER), "users.read")
            try:
                user = body.object("data")
                identifier = user.identifier("id")
                number_of(identifier, "user.id")
                handle = plain(user.text("username", "")).lstrip("@") or identifier
                self._me = Me(identifier, handle, plain(user.text("name", "")))
            except Shape as shape:
                raise unreadable(shape) from None
        return self._me

    def lacking(self) -> tuple[str, ...]:
        """Return the permissions that the sign-in lacks, as far as X told."""
        if self._keeper is not None:
            granted = self._granted.split()
            return tuple(scope for scope in SCOPES if granted and scope not in granted)
        wanted = _MESSAGES_TOO if self.account.read_dms else _WRITING
        return () if not self.level or wanted in self.level else (PERMISSIONS,)

    def rests(self, path: str) -> float | None:
        """Return for how many seconds X lets a list not be asked for again, None when it may be."""
        reset = self._closed.get(path)
        left = None if reset is None else seconds_until(reset, self.now())
        return left if left is not None and left > 0 else None

    async def _ask(self, question: Question, scope: str) -> Answer:
        path = question.url.removeprefix(self._base)
        rest = self.rests(path) if question.method == "GET" else None
        if rest is not None:
            raise TryLater(say("{host} asks for a pause (rate limit)", host=self.host), rest, rate_limited=True)
        await self.purse.open()
        answer = await self._signed(question, scope)
        self.level = answer.headers.get(_LEVEL, self.level)
        self._closed.pop(path, None)
        if answer.headers.get("x-rate-limit-remaining") == "0" and "x-rate-limit-reset" in answer.headers:
            self._closed[path] = answer.headers["x-rate-limit-reset"]
        return answer

    async def _signed(self, question: Question, scope: str) -> Answer:
        if self._keeper is None:
            header = authorization(self._keys, question.method, question.url, question.params, self.now())
            return await self._sent(question, header, scope)
        token = await self._keeper.current()
        try:
            return await self._sent_with(question, token, scope)
        except TokenDied:
            return await self._sent_with(question, await self._keeper.renewed(token), scope)

    async def _sent_with(self, question: Question, token: Token, scope: str) -> Answer:
        self._granted = token.scopes
        return await self._sent(question, f"Bearer {token.access}", scope)

    async def _sent(self, question: Question, header: str, scope: str) -> Answer:
        def explain(answer: Answer) -> NetworkFailure | None:
            granted = self._granted.split()
            if answer.status == httpx.codes.FORBIDDEN and granted and scope not in granted:
                said = say("The sign-in lacks the permission {scope}; sign in again and grant it", scope=scope)
                return SignInAgain(said, missing_scope=scope)
            return meaning(self._scrubbed(answer), self.now())

        signed = replace(question, headers={"authorization": header})
        return await ask(self._http, signed, explain=explain, now=self.now)

    def _scrubbed(self, answer: Answer) -> Answer:
        """Return an answer without the account's secrets: a signature's header is not found by its words alone."""
        return replace(answer, body=_without(answer.body, self._secrets()))

    def _secrets(self) -> tuple[str, ...]:
        keys = self._keys
        return tuple(one for one in (keys.consumer_secret, keys.token, keys.token_secret) if one)


def _without(value: Any, secrets: tuple[str, ...]) -> Any:  # noqa: ANN401 - foreign JSON
    """Return an error's body with every secret in its texts replaced."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, "...")
        return value
    if isinstance(value, list):
        return [_without(each, secrets) for each in value]
    if isinstance(value, dict):
        return {key: _without(each, secrets) for key, each in value.items()}
    return value


def not_done() -> NoReturn:
    """Raise that X took an act and said that it was not done."""
    raise Refused(say("X answered that it did not do this"))
