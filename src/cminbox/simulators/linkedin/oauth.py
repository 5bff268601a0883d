"""LinkedIn's sign-in: codes that a browser brings, tokens for sixty days, and for some a token to renew them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

from cminbox.simulators.wire import Response

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_SECONDS = 24 * 3600
CODE_MS = 30 * 60 * 1000
SCOPES = (
    "rw_organization_admin",
    "r_organization_social_feed",
    "w_organization_social_feed",
    "r_organization_social",
    "r_basicprofile",
)


@dataclass(frozen=True, slots=True)
class Application:
    """The brand's own application. `scopes` is what a person really grants; `renewable` whether it is approved."""

    client_id: str = "86acme"
    client_secret: str = "simulated-secret"  # noqa: S105 - it opens a simulator only
    redirect_url: str = "http://localhost:8914/"
    scopes: tuple[str, ...] = SCOPES
    renewable: bool = True
    access_days: int = 60
    refresh_days: int = 365


class Oauth:
    """The part that gives tokens. `now` is UTC milliseconds."""

    def __init__(self, application: Application, access: str, refresh: str, now: Callable[[], int]) -> None:
        self.application = application
        self.now = now
        self.authorized_at = now()
        self.access: dict[str, int] = {}
        self.refresh: dict[str, int] = {}
        self._number = 0
        self._codes: dict[str, tuple[str, int]] = {}
        self.give(access, refresh)

    def give(self, access: str, refresh: str) -> None:
        """Let these be the tokens of a sign-in of now."""
        self.authorized_at = self.now()
        self.access[access] = self.authorized_at + self.application.access_days * DAY_SECONDS * 1000
        if self.application.renewable:
            self.refresh[refresh] = self.authorized_at + self.application.refresh_days * DAY_SECONDS * 1000

    def accepts(self, authorization: str) -> bool:
        """Whether a request bears a living token."""
        return self.access.get(authorization.removeprefix("Bearer "), 0) > self.now()

    def expire(self) -> None:
        """Let every access token die now."""
        self.access.clear()

    def revoke(self) -> None:
        """Let the person take the permission back."""
        self.access.clear()
        self.refresh.clear()

    def approve(self, address: str) -> str:
        """Let a person open an address and allow it; return the address that the browser is sent to."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        redirect = asked["redirect_uri"]
        if redirect != self.application.redirect_url or asked["client_id"] != self.application.client_id:
            return f"{redirect}?error=unauthorized_client&state={quote(asked['state'])}"
        code = f"AQ-code-{self._next()}"
        self._codes[code] = (redirect, self.now() + CODE_MS)
        return f"{redirect}?code={code}&state={quote(asked['state'])}"

    def token(self, form: dict[str, str]) -> Response:
        """POST accessToken."""
        if not self._knows(form):
            return refusal(401, "invalid_client")
        if form["grant_type"] == "refresh_token":
            refresh = form.get("refresh_token", "")
            if self.refresh.get(refresh, 0) <= self.now():
                return refusal(400, "invalid_request")
            return self._given(refresh, self.refresh[refresh])
        redirect, until = self._codes.pop(form.get("code", ""), ("", 0))
        if until <= self.now() or redirect != form.get("redirect_uri"):
            return refusal(400, "invalid_request")
        self.authorized_at = self.now()
        dies_at = self.authorized_at + self.application.refresh_days * DAY_SECONDS * 1000
        return self._given(f"AQ-refresh-{self._next()}", dies_at)

    def introspect(self, form: dict[str, str]) -> Response:
        """POST introspectToken."""
        if not self._knows(form):
            return refusal(401, "invalid_client")
        until = self.access.get(form["token"])
        if until is None or until <= self.now():
            return Response.of({"active": False, "status": "expired", "client_id": self.application.client_id})
        return Response.of(
            {
                "active": True,
                "status": "active",
                "auth_type": "3L",
                "client_id": self.application.client_id,
                "authorized_at": self.authorized_at // 1000,
                "created_at": self.authorized_at // 1000,
                "expires_at": until // 1000,
                "scope": ",".join(self.application.scopes),
            }
        )

    def _given(self, refresh: str, dies_at: int) -> Response:
        access = f"AQ-access-{self._next()}"
        seconds = self.application.access_days * DAY_SECONDS
        self.access[access] = self.now() + seconds * 1000
        body = {"access_token": access, "expires_in": seconds, "scope": ",".join(self.application.scopes)}
        if self.application.renewable:
            self.refresh[refresh] = dies_at
            # A renewal does not begin the year anew.
            body |= {"refresh_token": refresh, "refresh_token_expires_in": (dies_at - self.now()) // 1000}
        return Response.of(body)

    def _knows(self, form: dict[str, str]) -> bool:
        mine = (self.application.client_id, self.application.client_secret)
        return (form.get("client_id"), form.get("client_secret")) == mine

    def _next(self) -> int:
        self._number += 1
        return self._number


def refusal(status: int, error: str) -> Response:
    """Return an error in the form of the sign-in."""
    return Response.of({"error": error, "error_description": "The request was refused."}, status)
