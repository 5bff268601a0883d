"""Sign-in over SSH: an address that is opened anywhere, and a number or an address that is brought back.

With a pin (OAuth 1.0a) X shows a number, which may be typed at leisure. In the browser (OAuth 2.0) X sends to an
address of this machine, where nothing listens; its code is good for half a minute.
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
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import NetworkFailure, Refused, SignInAgain
from cminbox.network_kit.reading import Shape, mapping, unreadable
from cminbox.networks.x.account import BROWSER, SCOPES, XAccount
from cminbox.networks.x.oauth1 import Keys, authorization
from cminbox.networks.x.tokens import basic, explain, read_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

AUTHORIZE = "https://x.com/i/oauth2/authorize"
_VERIFIER_BYTES = 48
_CLIENT_ERRORS = range(400, 500)
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class PinSignIn:
    """A sign-in in which X shows a number at `address`."""

    address: str
    site: str
    keys: Keys = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)

    async def finish(self, code: str) -> Mapping[str, str]:
        """Exchange the number for the account's token. Raises NetworkFailure."""
        pin = "".join(code.split())
        given = await _asked(self.http, self.site, "/oauth/access_token", self.keys, oauth_verifier=pin)
        return {"token": _field(given, "oauth_token"), "token_secret": _field(given, "oauth_token_secret")}


@dataclass(frozen=True, slots=True)
class BrowserSignIn:
    """A sign-in whose outcome is pasted: the address to which the browser was sent, or the code in it."""

    address: str
    site: str
    callback: str
    client_id: str
    state: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)
    client_secret: str = field(repr=False)
    verifier: str = field(repr=False)

    async def finish(self, code: str) -> Mapping[str, str]:
        """Exchange what was pasted for the refresh token. Raises NetworkFailure."""
        form = {
            "grant_type": "authorization_code",
            "code": self._code_in(code.strip()),
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
            "client_id": self.client_id,
        }
        headers = {"authorization": basic(self.client_id, self.client_secret)}
        question = Question("POST", f"{self.site}/2/oauth2/token", form=form, headers=headers)
        answer = await ask(self.http, question, explain=_explain_code, now=_now)
        token = read_token(mapping(answer.body, check_url(self.site)), _now())
        if not token.refresh:
            raise Refused(say("X gave no token that can be renewed; begin again and grant offline.access"))
        return {"token": token.refresh}

    def _code_in(self, pasted: str) -> str:
        if "code=" not in pasted and "://" not in pasted:
            return pasted
        try:
            given = parse_qs(urlsplit(pasted).query or pasted)
        except ValueError:
            given = {}
        if given.get("error"):
            raise Refused(say("The permission was not given"))
        if given.get("state", [self.state]) != [self.state] or not given.get("code"):
            raise Refused(say("This address is not of this sign-in; paste the one that the browser shows at the end"))
        return given["code"][0]


async def begin(settings: Mapping[str, str], http: httpx.AsyncClient) -> PinSignIn | BrowserSignIn:
    """Begin the sign-in that the settings ask for. Raises NetworkFailure."""
    site = settings.get("base_url") or str(XAccount.model_fields["base_url"].default)
    check_url(site)
    key, secret = settings.get("app_key", ""), settings.get("app_secret", "")
    if settings.get("sign_in") == BROWSER:
        return _browser(settings, site, key, secret, http)
    keys = Keys(key, secret)
    given = await _asked(http, site, "/oauth/request_token", keys, oauth_callback="oob")
    token = _field(given, "oauth_token")
    address = f"{site}/oauth/authorize?{urlencode({'oauth_token': token})}"
    return PinSignIn(address, site, Keys(key, secret, token, _field(given, "oauth_token_secret")), http)


def challenge_of(verifier: str) -> str:
    """Return what is shown of a verifier at first (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _browser(settings: Mapping[str, str], site: str, key: str, secret: str, http: httpx.AsyncClient) -> BrowserSignIn:
    callback = settings.get("callback") or str(XAccount.model_fields["callback"].default)
    verifier, state = secrets.token_urlsafe(_VERIFIER_BYTES), secrets.token_urlsafe(16)
    asked = {
        "response_type": "code",
        "client_id": key,
        "redirect_uri": callback,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    return BrowserSignIn(f"{AUTHORIZE}?{urlencode(asked)}", site, callback, key, state, http, secret, verifier)


async def _asked(http: httpx.AsyncClient, site: str, path: str, keys: Keys, **more: str) -> Mapping[str, str]:
    """Ask the sign-in with a pin; its answers are form fields."""
    url = site + path
    header = authorization(keys, "POST", url, (), _now(), **more)
    question = Question("POST", url, headers={"authorization": header}, form_answer=True)
    answer = await ask(http, question, explain=_explain_pin, now=_now)
    return {str(key): str(value) for key, value in (answer.body or {}).items()}


def _field(given: Mapping[str, str], name: str) -> str:
    if not given.get(name):
        raise unreadable(Shape(name, "a token"))
    return given[name]


def _explain_pin(answer: Answer) -> NetworkFailure | None:
    if answer.status not in _CLIENT_ERRORS or answer.status == _TOO_MANY:
        return None
    return Refused(
        say(
            "X did not accept this: the number is mistyped or used up, or app_key and app_secret are not those of one"
            " application; begin the sign-in again"
        )
    )


def _explain_code(answer: Answer) -> NetworkFailure | None:
    failure = explain(answer)
    wrong_code = isinstance(failure, SignInAgain) and "app_key" not in str(failure)
    if wrong_code:
        return Refused(
            say("The code was not accepted: it is good for half a minute only, and once; begin the sign-in again")
        )
    return failure


def _now() -> int:
    return time.time_ns() // 1_000_000
