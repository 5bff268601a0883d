"""X's two sign-ins: a number with OAuth 1.0a, and codes with OAuth 2.0, whose refresh tokens work once."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from cminbox.simulators.wire import Response
from cminbox.simulators.x.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.simulators.wire import Request

ALL_SCOPES = (
    "tweet.read",
    "tweet.write",
    "tweet.moderate.write",
    "users.read",
    "mute.write",
    "dm.read",
    "dm.write",
    "offline.access",
)
ACCESS_SECONDS = 7200
CODE_SECONDS = 30
_STALE_SECONDS = 300


@dataclass(slots=True)
class Application:
    """The brand's own application. `level` is what it may do with OAuth 1.0a, `scopes` what a person grants else."""

    key: str = "simulated-app-key"
    secret: str = "simulated-app-secret"  # noqa: S105 - it opens a simulator only
    callback: str = "http://127.0.0.1:8914"
    level: str = "read-write-directmessages"
    scopes: tuple[str, ...] = ALL_SCOPES


@dataclass(slots=True)
class SignIns:
    """Who may ask. `now` gives UTC milliseconds."""

    application: Application
    now: Callable[[], int]
    token: str
    token_secret: str
    refresh_tokens: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    """Refresh tokens that were exchanged already: whoever shows one again loses the sign-in."""
    access: dict[str, int] = field(default_factory=dict)
    begun: dict[str, str] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    codes: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    _number: int = 0

    def refusal(self, request: Request, host: str) -> Response | None:
        """Return why a request may not be answered, None when it may."""
        header = request.headers.get("authorization", "")
        if header.startswith("Bearer "):
            alive = self.access.get(header.removeprefix("Bearer "), 0) > self.now()
            return None if alive else problem(401)
        return None if self._is_signed(request, host, self.token, self.token_secret) else problem(401)

    def expire(self) -> None:
        """Let every access token die now."""
        self.access.clear()

    def revoke(self) -> None:
        """Let the person take the permission back."""
        self.access.clear()
        self.refresh_tokens.clear()
        self.token = ""

    def show_pin(self, address: str) -> str:
        """Let a person open the address of a sign-in with a number and allow it; return the number."""
        (token,) = parse_qs(urlsplit(address).query)["oauth_token"]
        self._number += 1
        pin = f"{7_000_000 + self._number}"
        self.pins[pin] = token
        return pin

    def approve(self, address: str) -> str:
        """Let a person open the address of a sign-in in the browser and allow it; return where the browser is sent."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        self._number += 1
        code = f"code-{self._number}"
        self.codes[code] = (self.now() + CODE_SECONDS * 1000, asked["redirect_uri"], asked["code_challenge"])
        return f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}"

    def request_token(self, request: Request, host: str) -> Response:
        """POST /oauth/request_token."""
        given = fields_of(request.headers.get("authorization", ""))
        if not self._is_signed(request, host, "", "") or given.get("oauth_callback") != "oob":
            return problem(401, code=32)
        self._number += 1
        token, secret = f"begun-{self._number}", f"begun-secret-{self._number}"
        self.begun[token] = secret
        return _form(oauth_token=token, oauth_token_secret=secret, oauth_callback_confirmed="true")

    def access_token(self, request: Request, host: str) -> Response:
        """POST /oauth/access_token."""
        given = fields_of(request.headers.get("authorization", ""))
        token = given.get("oauth_token", "")
        secret = self.begun.get(token, "")
        pin = given.get("oauth_verifier", "")
        if not secret or not self._is_signed(request, host, token, secret) or self.pins.pop(pin, "") != token:
            return problem(401, code=32)
        return _form(oauth_token=self.token, oauth_token_secret=self.token_secret, user_id="1", screen_name="acme")

    def exchange(self, request: Request) -> Response:
        """POST /2/oauth2/token."""
        form = request.form()
        application = self.application
        pair = f"{quote(application.key, safe='')}:{quote(application.secret, safe='')}"
        if request.headers.get("authorization") != f"Basic {base64.b64encode(pair.encode()).decode()}":
            return _refused("unauthorized_client", "Missing valid authorization header", 401)
        if form["grant_type"] == "authorization_code":
            until, callback, challenge = self.codes.pop(form.get("code", ""), (0, "", ""))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if until <= self.now() or (callback, challenge) != (form.get("redirect_uri"), proof):
                return _refused("invalid_request", "Value passed for the authorization code was invalid.")
            return self._granted()
        refresh = form.get("refresh_token", "")
        if refresh in self.used:
            self.revoke()
        if refresh not in self.refresh_tokens:
            return _refused("invalid_request", "Value passed for the token was invalid.")
        self.refresh_tokens.discard(refresh)
        self.used.add(refresh)
        return self._granted()

    def _granted(self) -> Response:
        self._number += 1
        access, refresh = f"simulated-access-{self._number}", f"simulated-refresh-{self._number}"
        self.access[access] = self.now() + ACCESS_SECONDS * 1000
        body: dict[str, object] = {
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
            "access_token": access,
            "scope": " ".join(self.application.scopes),
        }
        if "offline.access" in self.application.scopes:
            self.refresh_tokens.add(refresh)
            body["refresh_token"] = refresh
        return Response.of(body)

    def _is_signed(self, request: Request, host: str, token: str, token_secret: str) -> bool:
        """Whether a request bears the signature of the application and of a token, fresh and for the first time."""
        given = dict(fields_of(request.headers.get("authorization", "")))
        shown = given.pop("oauth_signature", "")
        nonce, stamp = given.get("oauth_nonce", ""), given.get("oauth_timestamp", "0")
        if given.get("oauth_consumer_key") != self.application.key or given.get("oauth_token", "") != token:
            return False
        fresh = stamp.isdigit() and (not token or abs(int(stamp) - self.now() / 1000) < _STALE_SECONDS)
        if not shown or not nonce or nonce in self.nonces or not fresh:
            return False
        self.nonces.add(nonce)
        pairs = sorted((_encoded(name), _encoded(value)) for name, value in (*request.query, *given.items()))
        joined = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join(_encoded(part) for part in (request.method, host + request.path, joined))
        key = f"{_encoded(self.application.secret)}&{_encoded(token_secret)}".encode()
        wanted = base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()
        return hmac.compare_digest(wanted, shown)


def fields_of(header: str) -> Mapping[str, str]:
    """Return the fields of a header that signs, empty for any other."""
    kind, _, rest = header.partition(" ")
    pairs = (piece.strip().partition("=") for piece in rest.split(","))
    return {unquote(name): unquote(value.strip('"')) for name, _, value in pairs} if kind == "OAuth" else {}


def _form(**fields: str) -> Response:
    return Response(200, urlencode(fields).encode(), {"content-type": "text/html;charset=utf-8"})


def _refused(error: str, description: str, status: int = 400) -> Response:
    return Response.of({"error": error, "error_description": description}, status)


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
