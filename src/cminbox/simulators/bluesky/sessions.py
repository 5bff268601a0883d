"""App passwords, access tokens of two hours and refresh tokens that work once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.simulators.bluesky.keys import token
from cminbox.simulators.bluesky.refusals import Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.simulators.bluesky.world import Person

ACCESS_SECONDS = 7_200
REFRESH_SECONDS = 7_776_000
_PLAIN, _PRIVILEGED = "com.atproto.appPass", "com.atproto.appPassPrivileged"


@dataclass(slots=True)
class _Issued:
    scope: str
    expires: int
    used: bool = False


class Sessions:
    """The brand's sign-in. `reads_dms` is whether its app password may touch direct messages."""

    def __init__(self, now: Callable[[], int], brand: Person, app_password: str) -> None:
        self.now = now
        self.brand = brand
        self.app_password = app_password
        self.reads_dms = True
        self.asks_for_code = False
        self._issued: dict[str, _Issued] = {}
        self._count = 0

    def create(self, body: dict[str, Any], service: str) -> dict[str, Any]:
        """Answer createSession. Raises Refusal for another password, and where a code that was mailed is missing."""
        names = {self.brand.handle, self.brand.did}
        if body["identifier"].lower() not in names or body["password"] != self.app_password:
            raise Refusal(401, "AuthenticationRequired", "Invalid identifier or password")
        if self.asks_for_code and "authFactorToken" not in body:
            raise Refusal(401, "AuthFactorTokenRequired", "A sign in code has been sent to your email address")
        return self._opened(service)

    def refresh(self, authorization: str, service: str) -> dict[str, Any]:
        """Answer refreshSession: the token given is used up, whether or not the answer arrives."""
        issued = self._checked(authorization, "com.atproto.refresh")
        if issued.used:
            raise invalid("Token has been revoked", "ExpiredToken")
        issued.used = True
        return self._opened(service)

    def check(self, authorization: str) -> None:
        """Raise Refusal unless the access token is good."""
        self._checked(authorization, "com.atproto.appPass")

    def check_privileged(self, authorization: str) -> None:
        """Raise Refusal unless the access token may touch direct messages."""
        if self._checked(authorization, "com.atproto.appPass").scope != _PRIVILEGED:
            raise invalid("Bad token method", "InvalidToken")

    def end_all(self) -> None:
        """Make every token given out so far worthless, as when the server's signing key changes."""
        self._issued.clear()

    def expire_access(self) -> None:
        """Let every access token given out so far expire now."""
        for issued in self._issued.values():
            if issued.scope != "com.atproto.refresh":
                issued.expires = self.now()

    def _checked(self, authorization: str, wanted: str) -> _Issued:
        if not authorization:
            raise Refusal(401, "AuthMissing", "Authentication Required")
        issued = self._issued.get(authorization.removeprefix("Bearer "))
        if issued is None or not issued.scope.startswith(wanted):
            raise invalid("Token could not be verified", "InvalidToken")
        if issued.expires <= self.now():
            raise invalid("Token has expired", "ExpiredToken")
        return issued

    def _opened(self, service: str) -> dict[str, Any]:
        access = self._issue(_PRIVILEGED if self.reads_dms else _PLAIN, ACCESS_SECONDS)
        document = {
            "id": self.brand.did,
            "service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": service}],
        }
        return {
            "did": self.brand.did,
            "didDoc": document,
            "handle": self.brand.handle,
            "accessJwt": access,
            "refreshJwt": self._issue("com.atproto.refresh", REFRESH_SECONDS),
            "active": True,
        }

    def _issue(self, scope: str, seconds: int) -> str:
        self._count += 1
        issued_at = self.now() // 1000
        made = token(
            {
                "scope": scope,
                "sub": self.brand.did,
                "iat": issued_at,
                "exp": issued_at + seconds,
                "jti": self._count,
            }
        )
        self._issued[made] = _Issued(scope, self.now() + seconds * 1000)
        return made
