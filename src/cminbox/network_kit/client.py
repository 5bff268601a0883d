"""The only place that makes httpx clients."""

from __future__ import annotations

from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

import httpx

from cminbox import __version__

if TYPE_CHECKING:
    import ssl

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
USER_AGENT = f"cminbox/{__version__}"


def new_client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Return a client that follows no redirect, keeps no cookie and trusts no proxy variable by accident.

    The caller owns it and closes it. `transport` lets a simulator stand in for the wire.
    """
    return httpx.AsyncClient(
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=10, max_keepalive_connections=4),
        follow_redirects=False,
        headers={"user-agent": USER_AGENT, "accept-encoding": "gzip, deflate"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        transport=transport,
        trust_env=False,
        verify=True if transport is not None else _certificates(),
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Return the trusted certificates; SSL_CERT_FILE and SSL_CERT_DIR name those of a house of its own."""
    return httpx.create_ssl_context()
