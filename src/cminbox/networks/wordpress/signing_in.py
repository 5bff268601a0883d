"""Sign-in over SSH: a person opens the site's own page in any browser and brings back the password that it shows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Question, UnknownAddress, ask, check_url
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.reading import Reader, Shape, mapping, unreadable
from cminbox.networks.wordpress.account import PLAIN, site_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

PROGRAM = "cminbox"
_LETTERS = 24
"""How many letters and figures an application password has, without its blanks."""


@dataclass(frozen=True, slots=True)
class PasswordSignIn:
    """A sign-in under way: `address` is the page on which the site makes an application password and shows it."""

    address: str

    async def finish(self, code: str) -> Mapping[str, str]:
        """Return the pasted password by its field. Raises Refused where it can be none."""
        password = "".join(code.split())
        if len(password) != _LETTERS or not password.isascii() or not password.isalnum():
            raise Refused(say("This is no application password: it has 24 letters and figures, in six groups of four"))
        return {"application_password": password}


async def begin(base_url: str, http: httpx.AsyncClient) -> PasswordSignIn:
    """Ask the site where it makes application passwords. Raises NetworkFailure."""
    check_url(base_url)
    site = site_of(base_url)
    body = await _described(site, http)
    try:
        page = _page_of(body)
    except Shape as shape:
        raise unreadable(shape) from None
    host = check_url(site)
    if page is None:
        raise Refused(say("Application passwords are switched off at {host}, or it is not reached by https", host=host))
    check_url(page)
    return PasswordSignIn(f"{page}?{urlencode({'app_name': PROGRAM})}")


async def _described(site: str, http: httpx.AsyncClient) -> Reader:
    fields = ("_fields", "authentication")
    root = site.removesuffix(f"/{PLAIN}")
    plainly = Question("GET", f"{root}/", (("rest_route", "/"), fields))
    question = plainly if site.endswith(PLAIN) else Question("GET", f"{root}/wp-json/", (fields,))
    try:
        answer = await ask(http, question, now=_now)
    except (Gone, UnknownAddress):
        answer = await ask(http, plainly, now=_now)
    return mapping(answer.body, check_url(site))


def _page_of(body: Reader) -> str | None:
    ways = body.raw("authentication")
    if not isinstance(ways, dict):
        # A site without any way writes an empty list.
        return None
    passwords = Reader(ways, "authentication").maybe_object("application-passwords")
    endpoints = None if passwords is None else passwords.maybe_object("endpoints")
    return None if endpoints is None else endpoints.maybe_identifier("authorization")


def _now() -> int:
    return time.time_ns() // 1_000_000
