"""Tokens of LinkedIn's sign-in: an access token lives for sixty days; approved applications may renew it for a year."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.reading import Shape, mapping, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.linkedin.account import LinkedinAccount

DAY_MS = 24 * 3600 * 1000
ACCESS_SECONDS = 60 * 24 * 3600
REFRESH_MS = 365 * DAY_MS
"""From the sign-in on, however often it is used."""
_EARLY_MS = DAY_MS
_LONGEST_SECONDS = 400 * 24 * 3600
_MILLISECONDS_FROM = 10**11


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. Times are UTC milliseconds, None where they are not known; `refresh` may be empty."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What LinkedIn says of a token. Times are UTC milliseconds."""

    scopes: frozenset[str]
    expires_at: int | None
    authorized_at: int | None


class TokenKeeper:
    """One account's tokens, shared by all processes: whoever waited for the lock takes what another has renewed."""

    def __init__(
        self, account: LinkedinAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
    ) -> None:
        self._account = account
        self._http = http
        self._credentials = credentials
        self._now = now
        self._token: Token | None = None
        given = (account.client_id, account.access_token.get_secret_value(), account.refresh_token.get_secret_value())
        self._owner = hashlib.sha256(" ".join(given).encode()).hexdigest()[:32]

    @property
    def renewable(self) -> bool:
        """Whether LinkedIn gave a token with which the access token can be renewed."""
        return bool(self._account.refresh_token.get_secret_value())

    async def current(self) -> Token:
        """Return the token in use. Raises NetworkFailure."""
        if self._token is None or self._ends_soon(self._token):
            self._token = await self._got(None)
        return self._token

    async def renewed(self, dead: Token) -> Token:
        """Return a token other than the dead one. Raises NetworkFailure."""
        self._token = await self._got(dead)
        return self._token

    async def facts(self) -> Facts:
        """Return what LinkedIn says of the token in use. Raises NetworkFailure."""
        token = await self.current()
        form = {**self._application(), "token": token.access}
        site = self._account.sign_in_url
        question = Question("POST", f"{site}/oauth/v2/introspectToken", form=form)
        answer = await ask(self._http, question, explain=explain, now=self._now)
        said = mapping(answer.body, check_url(site))
        try:
            return Facts(
                scopes=scopes_in(said.text("scope", "")),
                expires_at=_moment(said.number("expires_at", 0)),
                authorized_at=_moment(said.number("authorized_at", 0)),
            )
        except Shape as shape:
            raise unreadable(shape) from None

    async def _got(self, dead: Token | None) -> Token:
        async with self._credentials.locked() as slot:
            values = slot.read()
            token = self._kept(values)
            if (dead is None or token.access != dead.access) and not self._ends_soon(token):
                return token
            if not token.refresh:
                if dead is None:
                    return token
                raise _ended()
            token = await self._refreshed(token)
            slot.write({**values, **self._to_keep(token)})
            return token

    async def _refreshed(self, token: Token) -> Token:
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh, **self._application()}
        site = self._account.sign_in_url
        question = Question("POST", f"{site}/oauth/v2/accessToken", form=form)
        answer = await ask(self._http, question, explain=explain, now=self._now)
        return read_token(mapping(answer.body, check_url(site)), self._now(), token.refresh)

    def _application(self) -> dict[str, str]:
        return {
            "client_id": self._account.client_id,
            "client_secret": self._account.client_secret.get_secret_value(),
        }

    def _ends_soon(self, token: Token) -> bool:
        return bool(token.refresh) and token.until is not None and token.until - _EARLY_MS < self._now()

    def _kept(self, values: Mapping[str, str]) -> Token:
        """Return the token on disk; the one of the settings where there is none, or one of another sign-in."""
        account = self._account
        first = Token(account.access_token.get_secret_value(), account.refresh_token.get_secret_value())
        if values.get("owner") != self._owner:
            return first
        try:
            return Token(values["access"], values["refresh"], int(values["until"]))
        except (KeyError, ValueError):
            return first

    def _to_keep(self, token: Token) -> dict[str, str]:
        return {
            "owner": self._owner,
            "access": token.access,
            "refresh": token.refresh,
            "until": "" if token.until is None else str(token.until),
        }


def read_token(answer: Reader, now: int, refresh: str = "") -> Token:
    """Return the token of an answer; `refresh` is the one to keep where none is given. Raises Unreadable.

    `now` is UTC milliseconds.
    """
    try:
        seconds = min(max(answer.number("expires_in", ACCESS_SECONDS), 0), _LONGEST_SECONDS)
        return Token(
            access=answer.identifier("access_token"),
            refresh=answer.maybe_identifier("refresh_token") or refresh,
            until=now + seconds * 1000,
        )
    except Shape as shape:
        raise unreadable(shape) from None


def scopes_in(text: str) -> frozenset[str]:
    """Return the permissions of a list with commas or blanks."""
    return frozenset(word for word in re.split(r"[,\s]+", text) if word)


def explain(answer: Answer) -> NetworkFailure | None:
    """Give LinkedIn's own meaning to an error of its sign-in."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if error in {"invalid_client", "invalid_client_id", "unauthorized_client"}:
        return SignInAgain(
            say("LinkedIn does not know the application: client_id and client_secret have to belong together")
        )
    if answer.status in {httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED}:
        return _ended()
    return None


def _ended() -> SignInAgain:
    return SignInAgain(
        say(
            "LinkedIn no longer accepts this sign-in: it lives for sixty days, with renewal for a year, and ends when "
            "it is taken back or when other permissions are asked for; sign in again"
        )
    )


def _moment(seconds: int) -> int | None:
    if seconds <= 0:
        return None
    return seconds if seconds >= _MILLISECONDS_FROM else seconds * 1000
