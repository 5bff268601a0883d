"""Google's sign-in: codes for devices, codes that a browser brings, service accounts, tokens that live for an hour."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

FORCE_SSL = "https://www.googleapis.com/auth/youtube.force-ssl"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_SECONDS = 3599
DEVICE_SECONDS = 1800
INTERVAL_SECONDS = 5
SIGNING_IN = frozenset({"POST /device/code", "POST /token"})
"""What is asked of the sign-in and of no interface."""


@dataclass(frozen=True, slots=True)
class Application:
    """The brand's own application at Google. `device` is a client for televisions and the like, else for desktops."""

    client_id: str = "1234-brand.apps.googleusercontent.com"
    client_secret: str = "GOCSPX-simulated"  # noqa: S105 - it opens a simulator only
    device: bool = True
    device_scopes: tuple[str, ...] = (FORCE_SSL,)
    scopes: tuple[str, ...] = (FORCE_SSL,)
    """What a person really grants: boxes can be left empty."""
    testing: bool = False
    """Whether the application is not published: its refresh tokens live for a week."""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A program's own account at Google: whoever signs with the other half of its key is let in."""

    email: str
    public_key: str
    scopes: tuple[str, ...] = ()


class Google:
    """The part of Google that gives tokens. `now` is UTC milliseconds."""

    def __init__(
        self,
        application: Application,
        refresh_token: str,
        now: Callable[[], int],
        service_account: ServiceAccount | None = None,
    ) -> None:
        self.application = application
        self.service_account = service_account
        self.now = now
        self.refresh_tokens = {refresh_token}
        self._access: dict[str, int] = {}
        self._number = 0
        self._devices: dict[str, tuple[int, str]] = {}
        self._asked: dict[str, int] = {}
        self._codes: dict[str, tuple[str, str]] = {}

    def accepts(self, authorization: str) -> bool:
        """Whether a request bears a living token."""
        return self._access.get(authorization.removeprefix("Bearer "), 0) > self.now()

    def expire(self) -> None:
        """Let every access token die now."""
        self._access.clear()

    def revoke(self) -> None:
        """Let the person take the permission back."""
        self._access.clear()
        self.refresh_tokens.clear()

    def agree(self, user_code: str, answer: str = "granted") -> None:
        """Let a person type a code at the address and answer: "granted" or "denied"."""
        for device, (until, _state) in self._devices.items():
            if user_code == _user_code(device):
                self._devices[device] = (until, answer)

    def approve(self, address: str) -> str:
        """Let a person open an address and allow it; return the address that the browser is sent to."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        code = f"4/0-code-{self._next()}"
        self._codes[code] = (asked["redirect_uri"], asked["code_challenge"])
        return f"{asked['redirect_uri']}/?state={asked['state']}&code={code}&scope={asked['scope']}"

    def device_code(self, form: dict[str, str]) -> Response:
        """POST /device/code: begin a sign-in whose code is typed on another machine."""
        application = self.application
        if form["client_id"] != application.client_id or not application.device:
            return refusal(401, "invalid_client", "Only clients of type TVs and Limited Input devices can do this.")
        if not set(form["scope"].split()) <= set(application.device_scopes):
            return refusal(400, "invalid_scope", "Invalid device flow scope.")
        device = f"AH-1{self._next()}"
        self._devices[device] = (self.now() + DEVICE_SECONDS * 1000, "pending")
        return Response.of(
            {
                "device_code": device,
                "user_code": _user_code(device),
                "expires_in": DEVICE_SECONDS,
                "interval": INTERVAL_SECONDS,
                "verification_url": "https://www.google.com/device",
            }
        )

    def token(self, form: dict[str, str]) -> Response:
        """POST /token: give a token for a code, a refresh token or a signed assertion."""
        application = self.application
        if form["grant_type"] == JWT_GRANT:
            return self._by_service_account(form["assertion"])
        if (form["client_id"], form["client_secret"]) != (application.client_id, application.client_secret):
            return refusal(401, "invalid_client", "The OAuth client was not found.")
        match form["grant_type"]:
            case "refresh_token":
                if form.get("refresh_token") not in self.refresh_tokens:
                    return refusal(400, "invalid_grant", "Token has been expired or revoked.")
                return self._granted(fresh=False)
            case "authorization_code":
                return self._by_code(form)
        return self._by_device(form.get("device_code", ""))

    def _by_code(self, form: dict[str, str]) -> Response:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = (form.get("redirect_uri", ""), base64.urlsafe_b64encode(digest).rstrip(b"=").decode())
        if self._codes.pop(form.get("code", ""), None) != proof:
            return refusal(400, "invalid_grant", "Malformed auth code.")
        return self._granted(fresh=True)

    def _by_service_account(self, assertion: str) -> Response:
        account = self.service_account
        claims = {} if account is None else _signed_claims(assertion, account.public_key)
        seconds = self.now() // 1000
        if account is None or not claims or claims.get("iss") != account.email:
            return refusal(400, "invalid_grant", "Invalid JWT Signature.")
        young = seconds - 300 <= claims["iat"] <= seconds + 300 and seconds < claims["exp"] <= claims["iat"] + 3600
        if claims.get("aud") != "https://oauth2.googleapis.com/token" or not young:
            return refusal(400, "invalid_grant", "Invalid JWT: it must be a short-lived token (60 minutes).")
        if not set(claims["scope"].split()) <= set(account.scopes):
            return refusal(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return self._granted(fresh=False, scopes=None)

    def _by_device(self, device: str) -> Response:
        until, state = self._devices.get(device, (0, ""))
        if until <= self.now():
            return refusal(400, "expired_token", "The device code has expired.")
        asked, self._asked[device] = self._asked.get(device), self.now()
        if asked is not None and self.now() - asked < INTERVAL_SECONDS * 1000:
            return refusal(403, "slow_down", "Forbidden")
        if state == "denied":
            return refusal(403, "access_denied", "Forbidden")
        if state == "pending":
            return refusal(428, "authorization_pending", "Precondition Required")
        del self._devices[device]
        return self._granted(fresh=True)

    def _granted(self, *, fresh: bool, scopes: tuple[str, ...] | None = ()) -> Response:
        """Give a token; what it is good for is those `scopes`, the application's own, or with None not said."""
        token = f"ya29.simulated-access-{self._next()}"
        self._access[token] = self.now() + TOKEN_SECONDS * 1000
        body: dict[str, object] = {
            "access_token": token,
            "expires_in": TOKEN_SECONDS,
            "token_type": "Bearer",
        }
        if scopes is not None:
            body["scope"] = " ".join(scopes or self.application.scopes)
        if fresh:
            refresh = f"1//simulated-refresh-{self._next()}"
            self.refresh_tokens.add(refresh)
            body["refresh_token"] = refresh
        if self.application.testing:
            body["refresh_token_expires_in"] = 7 * 24 * 3600 - 1
        return Response.of(body)

    def _next(self) -> int:
        self._number += 1
        return self._number


def refusal(status: int, error: str, description: str) -> Response:
    """Return an error as Google's sign-in gives it."""
    return Response.of({"error": error, "error_description": description}, status)


def _user_code(device: str) -> str:
    return f"GQVQ-{device.removeprefix('AH-1').zfill(4)}"


def _signed_claims(assertion: str, public_key: str) -> dict[str, Any]:
    """Return what a JWT claims, nothing when its signature is not that of the key (RS256)."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - large, and for service accounts alone
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415 - as above

    try:
        header, claims, signature = assertion.split(".")
        key = serialization.load_pem_public_key(public_key.encode())
        if not isinstance(key, rsa.RSAPublicKey) or json.loads(_unpacked(header))["alg"] != "RS256":
            return {}
        key.verify(_unpacked(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        found = json.loads(_unpacked(claims))
    except (ValueError, KeyError, TypeError, binascii.Error, InvalidSignature):
        return {}
    return found if isinstance(found, dict) else {}


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
