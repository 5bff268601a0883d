"""Sign-in over SSH: a person opens an address anywhere, and pastes the address to which the browser was sent."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.answers import Answer, Question, ask, check_url
from cminbox.network_kit.failures import Refused
from cminbox.network_kit.reading import Shape, mapping, unreadable
from cminbox.networks.linkedin.account import ASKED, NEEDED, LinkedinAccount
from cminbox.networks.linkedin.tokens import explain, scopes_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from cminbox.network_kit.failures import NetworkFailure

_STATE_BYTES = 24
_REDIRECT: str = LinkedinAccount.model_fields["redirect_url"].default
_SITE: str = LinkedinAccount.model_fields["sign_in_url"].default


@dataclass(frozen=True, slots=True)
class BrowserSignIn:
    """A sign-in whose outcome is pasted: the address to which the browser was sent, or the code in it."""

    address: str
    site: str
    client_id: str
    redirect_url: str
    state: str = field(repr=False)
    http: httpx.AsyncClient = field(repr=False)
    client_secret: str = field(repr=False)

    async def finish(self, code: str) -> Mapping[str, str]:
        """Exchange what was pasted for the secrets. Raises NetworkFailure."""
        form = {
            "grant_type": "authorization_code",
            "code": self._code_in(code.strip()),
            "redirect_uri": self.redirect_url,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        question = Question("POST", f"{self.site}/oauth/v2/accessToken", form=form)
        answer = await ask(self.http, question, explain=_explain, now=_now)
        token = mapping(answer.body, check_url(self.site))
        try:
            granted = scopes_in(token.text("scope", ""))
            lacking = [scope for scope in NEEDED if granted and scope not in granted]
            if lacking:
                raise Refused(
                    say("The permission {scope} was not given; has your application its product?", scope=lacking[0])
                )
            found = {"access_token": token.identifier("access_token")}
            refresh = token.maybe_identifier("refresh_token")
        except Shape as shape:
            raise unreadable(shape) from None
        return found if refresh is None else {**found, "refresh_token": refresh}

    def _code_in(self, pasted: str) -> str:
        if "://" not in pasted:
            return pasted
        try:
            given = parse_qs(urlsplit(pasted).query)
        except ValueError:
            given = {}
        # Whatever stands in an address of another sign-in is not for this one.
        if given.get("state", [self.state]) != [self.state]:
            raise _another()
        if given.get("error"):
            raise Refused(
                say("LinkedIn did not give the permission ({reason})", reason=safe(given["error"][0], limit=80))
            )
        if not given.get("code"):
            raise _another()
        return given["code"][0]


def begin(settings: Mapping[str, str], http: httpx.AsyncClient) -> BrowserSignIn:
    """Begin the sign-in. Raises NetworkFailure."""
    site = settings.get("sign_in_url") or _SITE
    check_url(site)
    redirect = settings.get("redirect_url") or _REDIRECT
    state = secrets.token_urlsafe(_STATE_BYTES)
    asked = {
        "response_type": "code",
        "client_id": settings.get("client_id", ""),
        "redirect_uri": redirect,
        "state": state,
        "scope": " ".join(ASKED),
    }
    address = f"{site.rstrip('/')}/oauth/v2/authorization?{urlencode(asked, quote_via=quote)}"
    return BrowserSignIn(
        address, site.rstrip("/"), asked["client_id"], redirect, state, http, settings.get("client_secret", "")
    )


def _another() -> Refused:
    return Refused(say("This address is not of this sign-in; paste the one that the browser shows at the end"))


def _explain(answer: Answer) -> NetworkFailure | None:
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if error in {"invalid_grant", "invalid_request", "invalid_redirect_uri"}:
        return Refused(
            say(
                "LinkedIn did not accept the code: it is used up, older than thirty minutes or mistyped, or "
                "redirect_url does not stand in your application just so; begin the sign-in again"
            )
        )
    return explain(answer)


def _now() -> int:
    return time.time_ns() // 1_000_000
