"""The only place that makes httpx clients."""

from __future__ import annotations

import httpx

from cminbox import __version__

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
        transport=transport,
    )
