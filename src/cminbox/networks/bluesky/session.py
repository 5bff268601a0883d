"""Signing in with an app password, and keeping rotating tokens safe between processes and across crashes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Question, ask, check_url
from cminbox.network_kit.failures import NetworkFailure, SignInAgain
from cminbox.network_kit.reading import Reader, mapping
from cminbox.networks.bluesky.xrpc import TokenDied, explain, shapes_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from cminbox.network_kit.contract import Credentials
    from cminbox.networks.bluesky.account import BlueskyAccount

_WITHOUT_DMS = frozenset({"com.atproto.appPass"})
"""Scopes of access tokens that may not touch direct messages."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who we are, where our own server is, and the tokens for it."""

    did: str
    handle: str
    service: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)

    @property
    def reads_dms(self) -> bool:
        """Whether the token may read direct messages, as far as it can be read; the server has the last word."""
        return _scope(self.access) not in _WITHOUT_DMS


class TokenKeeper:
    """One account's session.

    A new token is on disk before it is used, and only one process asks for it: the lock of the credentials is held
    meanwhile, and whoever waited takes what the other has fetched. A refresh token works once; when its answer was
    lost, the app password opens a new session.
    """

    def __init__(
        self,
        account: BlueskyAccount,
        http: httpx.AsyncClient,
        credentials: Credentials,
        now: Callable[[], int],
    ) -> None:
        self._account = account
        self._http = http
        self._credentials = credentials
        self._now = now
        self._session: Session | None = None
        secret = f"{account.base_url} {account.handle} {account.app_password.get_secret_value()}"
        self._owner = hashlib.sha256(secret.encode()).hexdigest()[:32]

    async def current(self) -> Session:
        """Return the session in use, the one on disk, or a new one. Raises NetworkFailure."""
        if self._session is None:
            async with self._credentials.locked() as slot:
                self._session = self._kept(slot.read())
                if self._session is None:
                    self._session = await self._created()
                    slot.write(self._to_keep(self._session))
        return self._session

    async def renewed(self, dead: Session) -> Session:
        """Return a session other than the dead one: another process's, a refreshed or a new one.

        Raises NetworkFailure.
        """
        async with self._credentials.locked() as slot:
            kept = self._kept(slot.read())
            if kept is None or kept.access == dead.access:
                kept = await self._refreshed(kept or dead)
                slot.write(self._to_keep(kept))
            self._session = kept
        return kept

    async def _refreshed(self, old: Session) -> Session:
        headers = {"authorization": f"Bearer {old.refresh}"}
        try:
            return await self._opened("com.atproto.server.refreshSession", None, headers)
        except TokenDied:
            return await self._created()

    async def _created(self) -> Session:
        body = {
            "identifier": self._account.handle,
            "password": self._account.app_password.get_secret_value(),
        }
        try:
            return await self._opened("com.atproto.server.createSession", body, {})
        except TokenDied:
            raise SignInAgain(
                say(
                    "Bluesky does not accept the app password of {handle}; make a new one in Settings, Privacy and "
                    "security, App passwords",
                    handle=self._account.handle,
                ),
            ) from None

    async def _opened(self, method: str, body: dict[str, str] | None, headers: dict[str, str]) -> Session:
        question = Question("POST", f"{self._account.base_url}/xrpc/{method}", json=body, headers=headers)
        answer = mapping((await ask(self._http, question, explain=explain, now=self._now)).body, method)
        with shapes_named():
            return Session(
                did=answer.identifier("did"),
                handle=answer.identifier("handle"),
                service=self._service(answer) or self._account.base_url,
                access=answer.identifier("accessJwt"),
                refresh=answer.identifier("refreshJwt"),
            )

    def _service(self, answer: Reader) -> str | None:
        """Return the address of the server that holds the account's data, where its identity document names one.

        Tokens go there: never without https, but for a server of this machine that was itself asked without.
        """
        document = answer.raw("didDoc")
        if not isinstance(document, dict):
            return None
        for entry in Reader(document, "didDoc").items("service"):
            if isinstance(entry, dict) and str(entry.get("id", "")).endswith("#atproto_pds"):
                found = _web_address(entry.get("serviceEndpoint"))
                scheme = urlsplit(self._account.base_url).scheme
                return found if found is not None and found.startswith(("https:", f"{scheme}:")) else None
        return None

    def _kept(self, values: Mapping[str, str]) -> Session | None:
        """Return the session on disk; None when there is none or when it was opened with other settings."""
        if values.get("owner") != self._owner:
            return None
        try:
            return Session(values["did"], values["handle"], values["service"], values["access"], values["refresh"])
        except KeyError:
            return None

    def _to_keep(self, session: Session) -> dict[str, str]:
        return {
            "owner": self._owner,
            "did": session.did,
            "handle": session.handle,
            "service": session.service,
            "access": session.access,
            "refresh": session.refresh,
        }


def _web_address(endpoint: object) -> str | None:
    if not isinstance(endpoint, str):
        return None
    try:
        check_url(endpoint)
    except NetworkFailure:
        return None
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def _scope(token: str) -> str | None:
    """Return the scope that a token claims, None when it cannot be read; nothing is trusted because of it."""
    parts = token.split(".")
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(payload)
    except (IndexError, ValueError, binascii.Error, RecursionError):
        return None
    scope = claims.get("scope") if isinstance(claims, dict) else None
    return scope if isinstance(scope, str) else None
