"""Sign-in over SSH: a code that is typed at google.com/device, or an address whose outcome is pasted.

The first needs a client of the type for televisions, and Google's consent that its devices may ask for the permission;
the second a client for desktops. Whichever the client is made for, its sign-in is begun.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import Refused, TryLater
from cminbox.network_kit.google.errors import word_of
from cminbox.network_kit.google.tokens import SIGN_IN, explain
from cminbox.network_kit.reading import Shape, mapping, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from cminbox.network_kit.failures import NetworkFailure

    _Look = Callable[[Answer], NetworkFailure | None]

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth"
LOOPBACK = "http://127.0.0.1:8914"
"""Where the browser is sent at the end. Nothing listens there: the address holds the code, and is pasted."""
_DEFAULT_INTERVAL = 5
_LONGEST_INTERVAL = 60
_VERIFIER_BYTES = 48


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sign-in is for: a permission, and the name of the service beside its box at Google."""

    scope: str
    service: str


@dataclass(frozen=True, slots=True)
class _Client:
    """The brand's own application, as far as requests need it."""

    site: str
    wanted: Wanted
    client_id: str
    client_secret: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)

    async def secrets(self, form: Mapping[str, str], look: _Look) -> dict[str, str]:
        """Exchange what was got for the secrets of the account. Raises NetworkFailure."""
        whole = {"client_id": self.client_id, "client_secret": self.client_secret, **form}
        answer = await ask(self.http, Question("POST", f"{self.site}/token", form=whole), explain=look, now=_now)
        token = mapping(answer.body, check_url(self.site))
        try:
            granted = token.text("scope", "")
            if granted and self.wanted.scope not in granted.split():
                raise Refused(
                    say(
                        "The permission was not given; begin again, and leave the box for {service} ticked at Google",
                        service=self.wanted.service,
                    )
                )
            return {"refresh_token": token.identifier("refresh_token")}
        except Shape as shape:
            raise unreadable(shape) from None

    def explain(self, answer: Answer) -> NetworkFailure | None:
        """Give Google's own meaning to an error."""
        return explain(answer, self.wanted.scope)


class _NoDevices(Exception):  # noqa: N818 - never leaves this module
    """This client, or this permission, is not for the sign-in of devices."""


@dataclass(slots=True)
class DeviceSignIn:
    """A sign-in in which `user_code` is typed at `address`. Times are seconds."""

    address: str
    user_code: str
    interval: float
    client: _Client = field(repr=False)
    device_code: str = field(repr=False)

    async def finish(self, code: str) -> Mapping[str, str]:
        """Return the secrets once the person has agreed; TryLater until then. Raises NetworkFailure."""
        del code
        form = {"grant_type": DEVICE_GRANT, "device_code": self.device_code}
        return await self.client.secrets(form, self._explain)

    def _explain(self, answer: Answer) -> NetworkFailure | None:
        match word_of(answer):
            case "authorization_pending":
                return TryLater(say("Nobody has typed the code yet"), self.interval)
            case "slow_down":
                self.interval = min(self.interval + _DEFAULT_INTERVAL, _LONGEST_INTERVAL)
                return TryLater(say("Nobody has typed the code yet"), self.interval)
            case "access_denied":
                return Refused(say("The permission was not given"))
            case "expired_token" | "invalid_grant":
                return Refused(say("The code is too old; begin the sign-in again"))
        return self.client.explain(answer)


@dataclass(frozen=True, slots=True)
class BrowserSignIn:
    """A sign-in whose outcome is pasted: the address to which the browser was sent, or the code in it."""

    address: str
    client: _Client = field(repr=False)
    state: str = field(repr=False)
    verifier: str = field(repr=False)

    async def finish(self, code: str) -> Mapping[str, str]:
        """Exchange what was pasted for the secrets. Raises NetworkFailure."""
        form = {
            "grant_type": "authorization_code",
            "code": self._code_in(code.strip()),
            "redirect_uri": LOOPBACK,
            "code_verifier": self.verifier,
        }
        return await self.client.secrets(form, self._explain)

    def _code_in(self, pasted: str) -> str:
        if "://" not in pasted:
            return pasted
        try:
            given = parse_qs(urlsplit(pasted).query)
        except ValueError:
            given = {}
        if given.get("error"):
            raise Refused(say("The permission was not given"))
        if given.get("state", [self.state]) != [self.state] or not given.get("code"):
            raise Refused(say("This address is not of this sign-in; paste the one that the browser shows at the end"))
        return given["code"][0]

    def _explain(self, answer: Answer) -> NetworkFailure | None:
        if word_of(answer) == "invalid_grant":
            return Refused(
                say("The code was not accepted: it is used up, too old or mistyped; begin the sign-in again")
            )
        return self.client.explain(answer)


async def begin(settings: Mapping[str, str], http: httpx.AsyncClient, wanted: Wanted) -> DeviceSignIn | BrowserSignIn:
    """Begin the sign-in that the application is made for. Raises NetworkFailure."""
    site = settings.get("sign_in_url") or SIGN_IN
    check_url(site)
    client = _Client(site, wanted, settings.get("client_id", ""), settings.get("client_secret", ""), http)
    try:
        return await _device(client)
    except _NoDevices:
        verifier, state = secrets.token_urlsafe(_VERIFIER_BYTES), secrets.token_urlsafe(16)
        asked = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": LOOPBACK,
            "scope": wanted.scope,
            "state": state,
            "access_type": "offline",
            "prompt": "consent",
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return BrowserSignIn(f"{AUTHORIZE}?{urlencode(asked)}", client, state, verifier)


def challenge_of(verifier: str) -> str:
    """Return what is shown of a verifier at first (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def _device(client: _Client) -> DeviceSignIn:
    unfit = False

    def look(answer: Answer) -> NetworkFailure | None:
        nonlocal unfit
        unfit = word_of(answer) in {"invalid_client", "invalid_scope", "unauthorized_client"}
        return Refused(say("This application is not for the sign-in of devices")) if unfit else client.explain(answer)

    question = Question(
        "POST", f"{client.site}/device/code", form={"client_id": client.client_id, "scope": client.wanted.scope}
    )
    try:
        answer = await ask(client.http, question, explain=look, now=_now)
    except Refused:
        if unfit:
            raise _NoDevices from None
        raise
    body = mapping(answer.body, check_url(client.site))
    try:
        address = body.text("verification_url", "") or body.text("verification_uri")
        seconds = body.number("interval", _DEFAULT_INTERVAL)
        return DeviceSignIn(
            address=safe(address, limit=500),
            user_code=safe(body.identifier("user_code"), limit=60),
            interval=float(min(max(seconds, 1), _LONGEST_INTERVAL)),
            client=client,
            device_code=body.identifier("device_code"),
        )
    except Shape as shape:
        raise unreadable(shape) from None


def _now() -> int:
    return time.time_ns() // 1_000_000
