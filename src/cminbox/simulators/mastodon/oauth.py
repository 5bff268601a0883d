"""Sign-in by a code that a person copies: applications, the page that shows the code, and its exchange for a token."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_CODE_LIFE_MS = 10 * 60 * 1000


@dataclass(frozen=True, slots=True)
class _Application:
    name: str
    client_id: str
    client_secret: str
    redirect: str
    scopes: str


@dataclass(frozen=True, slots=True)
class _Code:
    client_id: str
    scopes: str
    challenge: str | None
    at: int


class SignIn:
    """The part of a server that gives tokens. `token` is what a person's consent yields in the end."""

    def __init__(self, token: str, now: Callable[[], int]) -> None:
        self.token = token
        self.now = now
        self.applications: dict[str, _Application] = {}
        self.codes: dict[str, _Code] = {}

    def register(self, fields: dict[str, Any]) -> Response:
        """Answer POST /api/v1/apps."""
        number = len(self.applications) + 1
        given = fields["redirect_uris"]
        redirect = given if isinstance(given, str) else "\n".join(given)
        application = _Application(
            fields["client_name"],
            f"client-{number}",
            f"client-secret-{number}",
            redirect,
            fields.get("scopes", "read"),
        )
        self.applications[application.client_id] = application
        return Response.of(
            {
                "id": str(number),
                "name": application.name,
                "website": None,
                "scopes": application.scopes.split(),
                "redirect_uri": redirect,
                "redirect_uris": redirect.split("\n"),
                "client_id": application.client_id,
                "client_secret": application.client_secret,
                "client_secret_expires_at": 0,
                "vapid_key": "none",
            },
        )

    def approve(self, url: str) -> str:
        """Let a person open the authorize page, consent, and return the code that the page shows.

        Raises ValueError where the page shows an error instead.
        """
        given = dict(parse_qsl(urlsplit(url).query))
        application = self.applications[given["client_id"]]
        if (given["response_type"], given["redirect_uri"]) != ("code", application.redirect):
            raise ValueError("the page shows an error instead of a code")
        scopes = given.get("scope", "read")
        if not set(scopes.split()) <= set(application.scopes.split()):
            raise ValueError("the requested scope is unknown")
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = _Code(application.client_id, scopes, given.get("code_challenge"), self.now())
        return code

    def exchange(self, fields: dict[str, Any]) -> Response:
        """Answer POST /oauth/token."""
        application = self.applications.get(fields["client_id"])
        if application is None or not hmac.compare_digest(application.client_secret, fields["client_secret"]):
            return _refusal(401, "invalid_client", "Client authentication failed")
        code = self.codes.pop(fields["code"], None)
        fits = (
            code is not None
            and code.client_id == application.client_id
            and self.now() - code.at < _CODE_LIFE_MS
            and fields["grant_type"] == "authorization_code"
            and fields["redirect_uri"] == application.redirect
            and _verified(code.challenge, fields.get("code_verifier"))
        )
        if code is None or not fits:
            return _refusal(400, "invalid_grant", "The provided authorization grant is invalid or expired")
        return Response.of(
            {
                "access_token": self.token,
                "token_type": "Bearer",
                "scope": code.scopes,
                "created_at": self.now() // 1000,
            },
        )


def _verified(challenge: str | None, verifier: str | None) -> bool:
    if challenge is None:
        return True
    digest = hashlib.sha256((verifier or "").encode()).digest()
    return challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refusal(status: int, error: str, description: str) -> Response:
    return Response.of({"error": error, "error_description": description}, status)
