"""Tokens of OAuth 2.0: the access token lives for two hours, and each renewal replaces the refresh token as well.

An answer that is lost can take the sign-in with it: X may have replaced the token although nobody has read the new
one. Therefore it is noted on disk before X is asked that a renewal is under way, and the new token is there before it
is used; whoever finds the note can tell a person what happened.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import Gone, Refused, SignInAgain, TryLater, Unreadable
from cminbox.network_kit.reading import Shape, mapping, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    import httpx

    from cminbox.network_kit.contract import Credentials, CredentialSlot
    from cminbox.network_kit.failures import NetworkFailure
    from cminbox.network_kit.reading import Reader
    from cminbox.networks.x.account import XAccount

GRACE_SECONDS = 0.5
"""So long a renewal may go on when its caller was cancelled: a token that arrives then is kept."""
_EARLY_MS = 60_000
_TWO_HOURS = 7200
_LONGEST = 30 * 24 * 3600
_ASKED_AT, _ASKED_WITH = "asked_at", "asked_with"
_WRONG_CLIENT = frozenset({"invalid_client", "unauthorized_client"})


@dataclass(frozen=True, slots=True)
class Token:
    """An access token with the refresh token that came with it. `until` is UTC milliseconds.

    `scopes` is what the person granted, empty where X did not say.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: int
    scopes: str = ""


class TokenKeeper:
    """One account's tokens, shared by all processes: one renews them, whoever waited takes what it has got."""

    def __init__(
        self, account: XAccount, http: httpx.AsyncClient, credentials: Credentials, now: Callable[[], int]
    ) -> None:
        self._account = account
        self._http = http
        self._credentials = credentials
        self._now = now
        self._token: Token | None = None
        self._unsaved = False
        given = account.token.get_secret_value()
        self._owner = _mark(f"{account.app_key} {given}")

    async def current(self) -> Token:
        """Return the token in use, the one on disk, or a new one. Raises NetworkFailure."""
        if self._unsaved and self._token is not None:
            async with self._credentials.locked() as slot:
                self._keep(slot, self._token)
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
            refresh = self._account.token.get_secret_value() if kept is None else kept.refresh
            return await _finished_if_soon(self._renew(slot, values, refresh))

    async def _renew(self, slot: CredentialSlot, values: Mapping[str, str], refresh: str) -> Token:
        """Exchange a refresh token. What it was exchanged for is on disk when this returns."""
        lost_at = values.get(_ASKED_AT) if values.get(_ASKED_WITH) == _mark(refresh) else None
        noted = {_ASKED_AT: lost_at or str(self._now()), _ASKED_WITH: _mark(refresh)}
        slot.write({**values, **noted})
        question = Question(
            "POST",
            f"{self._account.base_url}/2/oauth2/token",
            form={"grant_type": "refresh_token", "refresh_token": refresh, "client_id": self._account.app_key},
            headers={"authorization": basic(self._account.app_key, self._account.app_secret.get_secret_value())},
        )
        try:
            answer = await ask(self._http, question, explain=explain, now=self._now)
            token = read_token(mapping(answer.body, check_url(self._account.base_url)), self._now(), refresh)
        except (TryLater, Unreadable) as failure:
            if isinstance(failure, TryLater) and failure.rate_limited and lost_at is None:
                slot.write(values)
            raise _doubtful(failure) from None
        except (SignInAgain, Refused, Gone) as failure:
            if lost_at is None:
                slot.write(values)
                raise
            raise _lost(failure, lost_at) from None
        self._token = token
        self._keep(slot, token)
        return token

    def _keep(self, slot: CredentialSlot, token: Token) -> None:
        self._unsaved = True
        others = {key: value for key, value in slot.read().items() if key not in {_ASKED_AT, _ASKED_WITH}}
        slot.write(
            {
                **others,
                "owner": self._owner,
                "access": token.access,
                "refresh": token.refresh,
                "until": str(token.until),
                "scopes": token.scopes,
            }
        )
        self._unsaved = False

    def _alive(self, token: Token) -> bool:
        return token.until - _EARLY_MS > self._now()

    def _kept(self, values: Mapping[str, str]) -> Token | None:
        """Return the token on disk, None when there is none or when it belongs to another sign-in."""
        if values.get("owner") != self._owner:
            return None
        try:
            return Token(values["access"], values["refresh"], int(values["until"]), values.get("scopes", ""))
        except (KeyError, ValueError):
            return None


async def _finished_if_soon(renewal: Coroutine[None, None, Token]) -> Token:
    """Await a renewal; when cancelled, give it a moment to bring its token home."""
    task = asyncio.ensure_future(renewal)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE_SECONDS)
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled():
            # Whatever came of it is on disk; nobody is left to be told.
            task.exception()
        raise


def read_token(answer: Reader, now: int, refresh: str = "") -> Token:
    """Return the token of an answer; one without a new refresh token keeps the old. Raises Unreadable.

    `now` is UTC milliseconds.
    """
    try:
        seconds = min(max(answer.number("expires_in", _TWO_HOURS), 0), _LONGEST)
        return Token(
            access=answer.identifier("access_token"),
            refresh=answer.maybe_identifier("refresh_token") or refresh,
            until=now + seconds * 1000,
            scopes=answer.text("scope", ""),
        )
    except Shape as shape:
        raise unreadable(shape) from None


def explain(answer: Answer) -> NetworkFailure | None:
    """Give the meaning of an error of X's sign-in."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, str):
        return None
    if error in _WRONG_CLIENT:
        return SignInAgain(
            say("X does not know the application: app_key and app_secret have to be those of one OAuth 2.0 client")
        )
    if answer.status in {400, 401}:
        return SignInAgain(say("X no longer accepts this sign-in; sign in again"))
    return None


def basic(name: str, secret: str) -> str:
    """Return the header with which an application names itself (RFC 6749)."""
    pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _doubtful(failure: TryLater | Unreadable) -> NetworkFailure:
    """Return a lost or unreadable answer as what it is: the sign-in may live on, or not."""
    if isinstance(failure, TryLater):
        if failure.rate_limited:
            return failure
        said = say(
            "{why}. It is not known whether X has renewed the sign-in; this is tried again, and if X then says no, sign"
            " in again",
            why=failure.saying,
        )
        return TryLater(said, failure.after)
    return Unreadable(
        say(
            "{why}. It is not known whether X has renewed the sign-in; this is tried again, and if X then says no, sign"
            " in again",
            why=failure.saying,
        )
    )


def _lost(failure: NetworkFailure, asked_at: str) -> NetworkFailure:
    """Return that a sign-in was lost together with the answer to its renewal."""
    if not isinstance(failure, SignInAgain):
        return failure
    moment = datetime.fromtimestamp(int(asked_at) / 1000, UTC) if asked_at.isdigit() else datetime.now(UTC)
    return SignInAgain(
        say(
            "X was asked to renew the sign-in at {time} UTC and its answer never arrived; by now it takes the old one"
            " no more: sign in again",
            time=moment.strftime("%Y-%m-%d %H:%M"),
        )
    )


def _mark(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:32]
