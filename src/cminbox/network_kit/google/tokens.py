"""Tokens of Google's sign-in: an access token lives for an hour and is got again with what stays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.google.errors import pause, word_of
from cminbox.network_kit.reading import Shape, mapping, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.network_kit.reading import Reader

SIGN_IN = "https://oauth2.googleapis.com"
_EARLY_MS = 60_000
_AN_HOUR = 3600
_LONGEST = 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. Times are UTC milliseconds; `dies_at` is when the refresh token ends, None for never.

    `scopes` is what was granted, empty where Google did not say.
    """

    access: str = field(repr=False)
    until: int
    scopes: str = ""
    dies_at: int | None = None

    def grants(self, scope: str) -> bool:
        """Whether a permission was granted, as far as is known."""
        return not self.scopes or scope in self.scopes.split()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a new access token is got with. `owner` tells one sign-in from another; `form` is made for each request.

    Both hold secrets. `form` raises NetworkFailure. `refused` says what it means when it is not accepted any more.
    """

    site: str
    scope: str
    owner: str = field(repr=False)
    form: Callable[[], Mapping[str, str]] = field(repr=False)
    refused: Saying | None = None


def refresh_grant(site: str, scope: str, client_id: str, client_secret: str, refresh_token: str) -> Grant:
    """Return the grant of a person's sign-in."""

    def form() -> Mapping[str, str]:
        return {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }

    return Grant(site, scope, f"{client_id} {refresh_token}", form)


class TokenKeeper:
    """One account's access token, shared by all processes: whoever waited for the lock takes what another has got."""

    def __init__(self, grant: Grant, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]) -> None:
        self._grant = grant
        self._http = http
        self._credentials = credentials
        self._now = now
        self._token: Token | None = None
        self._owner = hashlib.sha256(grant.owner.encode()).hexdigest()[:32]

    async def current(self) -> Token:
        """Return the token in use, the one on disk, or a new one. Raises NetworkFailure."""
        if self._token is None or not self._alive(self._token):
            self._token = await self._got(None)
        return self._token

    async def renewed(self, dead: Token) -> Token:
        """Return a token other than the dead one. Raises NetworkFailure."""
        self._token = await self._got(dead)
        return self._token

    async def _got(self, dead: Token | None) -> Token:
        async with self._credentials.locked() as slot:
            values = slot.read()
            kept = self._kept(values)
            if kept is not None and self._alive(kept) and (dead is None or kept.access != dead.access):
                return kept
            token = await self._refreshed()
            slot.write({**values, **self._to_keep(token)})
            return token

    async def _refreshed(self) -> Token:
        question = Question("POST", f"{self._grant.site}/token", form=self._grant.form())
        answer = await ask(self._http, question, explain=self._explain, now=self._now)
        return read_token(mapping(answer.body, check_url(self._grant.site)), self._now())

    def _explain(self, answer: Answer) -> NetworkFailure | None:
        site = check_url(self._grant.site)
        if self._grant.refused is not None and word_of(answer) == "invalid_grant":
            return SignInAgain(self._grant.refused)
        return pause(answer, site, self._now()) or explain(answer, self._grant.scope)

    def _alive(self, token: Token) -> bool:
        return token.until - _EARLY_MS > self._now()

    def _kept(self, values: Mapping[str, str]) -> Token | None:
        """Return the token on disk; None when there is none or when it belongs to another sign-in."""
        if values.get("owner") != self._owner:
            return None
        try:
            dies_at = int(values["dies_at"]) if values.get("dies_at") else None
            return Token(values["access"], int(values["until"]), values.get("scopes", ""), dies_at)
        except (KeyError, ValueError):
            return None

    def _to_keep(self, token: Token) -> dict[str, str]:
        return {
            "owner": self._owner,
            "access": token.access,
            "until": str(token.until),
            "scopes": token.scopes,
            "dies_at": "" if token.dies_at is None else str(token.dies_at),
        }


def read_token(answer: Reader, now: int) -> Token:
    """Return the token of an answer. Raises Unreadable. `now` is UTC milliseconds."""
    try:
        seconds = min(max(answer.number("expires_in", _AN_HOUR), 0), _LONGEST)
        dies = answer.number("refresh_token_expires_in", 0)
        return Token(
            access=answer.identifier("access_token"),
            until=now + seconds * 1000,
            scopes=answer.text("scope", ""),
            dies_at=now + min(dies, _LONGEST) * 1000 if dies > 0 else None,
        )
    except Shape as shape:
        raise unreadable(shape) from None


def explain(answer: Answer, scope: str) -> NetworkFailure | None:
    """Give Google's own meaning to an error of its sign-in."""
    error = word_of(answer)
    if error == "invalid_grant":
        return SignInAgain(
            say(
                "Google no longer accepts this sign-in: it was taken back, not used for half a year, or it is of an "
                "application in testing, where it lives for seven days"
            )
        )
    if error in {"invalid_client", "unauthorized_client"}:
        return SignInAgain(
            say("Google does not know the application: client_id and client_secret have to be those of one client")
        )
    if answer.status == httpx.codes.BAD_REQUEST and error == "invalid_scope":
        return SignInAgain(say("Google does not grant the permission {scope} this way", scope=scope))
    return None
