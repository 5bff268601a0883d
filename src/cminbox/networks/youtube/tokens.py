"""Tokens of Google's sign-in: an access token lives for an hour and is got with the refresh token, which stays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import SignInAgain
from cminbox.network_kit.reading import Shape, mapping, unreadable
from cminbox.networks.youtube.account import SCOPE
from cminbox.networks.youtube.errors import pause, word_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.network_kit.contract import Credentials
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.youtube.account import YoutubeAccount

_EARLY_MS = 60_000
_AN_HOUR = 3600
_LONGEST = 366 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. Times are UTC milliseconds; `dies_at` is when the refresh token ends, None for never.

    `scopes` is what the person granted, empty where Google did not say.
    """

    access: str = field(repr=False)
    until: int
    scopes: str = ""
    dies_at: int | None = None

    @property
    def enough(self) -> bool:
        """Whether comments can be read and written with it, as far as is known."""
        return not self.scopes or SCOPE in self.scopes.split()


class TokenKeeper:
    """One account's access token, shared by all processes: whoever waited for the lock takes what another has got."""

    def __init__(
        self, account: YoutubeAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
    ) -> None:
        self._account = account
        self._http = http
        self._credentials = credentials
        self._now = now
        self._token: Token | None = None
        secret = f"{account.client_id} {account.refresh_token.get_secret_value()}"
        self._owner = hashlib.sha256(secret.encode()).hexdigest()[:32]

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
        account = self._account
        form = {
            "grant_type": "refresh_token",
            "client_id": account.client_id,
            "client_secret": account.client_secret.get_secret_value(),
            "refresh_token": account.refresh_token.get_secret_value(),
        }
        question = Question("POST", f"{account.sign_in_url}/token", form=form)
        answer = await ask(self._http, question, explain=self._explain, now=self._now)
        return read_token(mapping(answer.body, check_url(account.sign_in_url)), self._now())

    def _explain(self, answer: Answer) -> NetworkFailure | None:
        return pause(answer, check_url(self._account.sign_in_url), self._now()) or explain(answer)

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
    """Return the token of an answer. Raises Unreadable."""
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


def explain(answer: Answer) -> NetworkFailure | None:
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
        return SignInAgain(say("Google does not grant the permission {scope} this way", scope=SCOPE))
    return None
