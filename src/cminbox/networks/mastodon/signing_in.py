"""Sign-in over SSH: a person opens an address in any browser, anywhere, and pastes the code that it shows.

The token of Mastodon does not expire. The application is registered with the server on the fly.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import Gone, Refused, Unreadable
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.networks.mastodon.account import SCOPES, address_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from cminbox.network_kit.failures import NetworkFailure

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
CLIENT_NAME = "cminbox"
_METHOD = "S256"
_CHALLENGES = "code_challenge_methods_supported"
_VERIFIER_BYTES = 48
_NOT_ACCEPTED = frozenset({400, 401})


@dataclass(frozen=True, slots=True)
class CodeSignIn:
    """A sign-in under way: `address` is what the person opens; the rest is needed once, to exchange the code."""

    address: str
    base_url: str
    client_id: str
    http: httpx.AsyncClient = field(repr=False)
    client_secret: str = field(repr=False)
    verifier: str | None = field(repr=False)

    async def finish(self, code: str) -> Mapping[str, str]:
        """Exchange the pasted code for the account's secrets, by field name. Raises NetworkFailure."""
        form = {
            "grant_type": "authorization_code",
            "code": "".join(code.split()),
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uri": OUT_OF_BAND,
        }
        if self.verifier is not None:
            form["code_verifier"] = self.verifier
        question = Question("POST", f"{self.base_url}/oauth/token", form=form)
        answer = await ask(self.http, question, explain=_explain_code, now=_now)
        token = mapping(answer.body, check_url(self.base_url))
        try:
            return {"access_token": token.identifier("access_token")}
        except Shape as shape:
            raise unreadable(shape) from None


async def begin(base_url: str, http: httpx.AsyncClient) -> CodeSignIn:
    """Register with the server and return the sign-in whose address a person opens. Raises NetworkFailure."""
    site = address_of(base_url)
    described = await _described(http, site)
    scopes = _scopes(described)
    body = {"client_name": CLIENT_NAME, "redirect_uris": OUT_OF_BAND, "scopes": scopes}
    answer = await ask(http, Question("POST", f"{site}/api/v1/apps", json=body), now=_now)
    application = mapping(answer.body, check_url(site))
    try:
        client_id, client_secret = application.identifier("client_id"), application.identifier("client_secret")
    except Shape as shape:
        raise unreadable(shape) from None
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": OUT_OF_BAND, "scope": scopes}
    verifier = secrets.token_urlsafe(_VERIFIER_BYTES) if _METHOD in _texts(described, _CHALLENGES) else None
    if verifier is not None:
        asked |= {"code_challenge": challenge_of(verifier), "code_challenge_method": _METHOD}
    address = f"{site}/oauth/authorize?{urlencode(asked)}"
    return CodeSignIn(address, site, client_id, http, client_secret, verifier)


def challenge_of(verifier: str) -> str:
    """Return what is shown of a verifier at first (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _explain_code(answer: Answer) -> NetworkFailure | None:
    if answer.status not in _NOT_ACCEPTED:
        return None
    return Refused(say("The code was not accepted: it is used up, too old or mistyped; begin the sign-in again"))


async def _described(http: httpx.AsyncClient, site: str) -> Reader | None:
    """Return what the server says of its sign-in, None where it says nothing (before 4.3 and elsewhere)."""
    try:
        answer = await ask(http, Question("GET", f"{site}/.well-known/oauth-authorization-server"), now=_now)
        return Reader(answer.body, check_url(site))
    except (Gone, Refused, Unreadable, Shape):
        return None


def _scopes(described: Reader | None) -> str:
    """Return the permissions to ask for: those that we need, by their wider name where the server knows only that."""
    known = _texts(described, "scopes_supported")
    wanted = [scope if scope in known or not known else scope.partition(":")[0] for scope in SCOPES]
    return " ".join(dict.fromkeys(wanted))


def _texts(described: Reader | None, key: str) -> frozenset[str]:
    try:
        values = [] if described is None else described.items(key)
    except Shape:
        return frozenset()
    return frozenset(safe(value) for value in values if isinstance(value, str))


def _now() -> int:
    return time.time_ns() // 1_000_000
