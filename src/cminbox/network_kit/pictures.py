"""Fetching one picture that a stranger linked to: only when a person asks, from public hosts, never more than a cap."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from contextlib import aclosing
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Refused, TryLater

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

MOST_BYTES = 8_000_000
SECONDS = 30.0
MOST_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_OK = 200
_PORTS = {"https": 443, "http": 80}
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Addresses that lead to any IPv4 address, private ones included."""
_HEADERS = {"accept": "image/*", "accept-encoding": "identity"}


async def addresses_of(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a host. Raises TryLater."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise TryLater(say("{host} cannot be found", host=safe(host, limit=200))) from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


async def fetch_picture(
    url: str,
    http: httpx.AsyncClient,
    *,
    trusted: Collection[str] = (),
    resolve: Callable[[str, int], Awaitable[list[str]]] = addresses_of,
) -> bytes:
    """Return the bytes of a picture. Raises Refused or TryLater.

    No address of this machine or of a private network is asked, wherever a redirect leads, and no name is resolved
    twice, but for hosts that are `trusted` as the servers of the person's own accounts. Nothing is sent along.
    """
    try:
        async with asyncio.timeout(SECONDS):
            for _ in range(MOST_REDIRECTS + 1):
                got = await _ask(url, http, trusted, resolve)
                if isinstance(got, bytes):
                    return got
                url = urljoin(url, got)
    except (TimeoutError, httpx.TimeoutException):
        raise TryLater(say("{host} took too long", host=_host(url))) from None
    except (httpx.HTTPError, ssl.SSLError, OSError):
        raise TryLater(say("{host} cannot be reached", host=_host(url))) from None
    except (httpx.InvalidURL, ValueError):
        raise Refused(say("This is no address of a picture")) from None
    raise Refused(say("The picture moves from one address to the next"))


async def _ask(
    url: str,
    http: httpx.AsyncClient,
    trusted: Collection[str],
    resolve: Callable[[str, int], Awaitable[list[str]]],
) -> bytes | str:
    """Return the picture, or where it has moved to."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    known = host in trusted
    if not host or parts.scheme not in _PORTS or (parts.scheme == "http" and not known):
        raise Refused(say("Pictures are fetched from https addresses only"))
    port = parts.port or _PORTS[parts.scheme]
    address = next((one for one in await resolve(host, port) if known or _is_public(one)), None)
    if address is None:
        raise Refused(say("{host} is not on the public internet; nothing was fetched", host=safe(host, limit=200)))
    request = http.build_request(
        "GET",
        httpx.URL(url, host=address, port=port),
        headers=_HEADERS | {"host": parts.netloc.rpartition("@")[2].encode("idna").decode("ascii")},
        extensions={"sni_hostname": host},
    )
    async with aclosing(await http.send(request, stream=True, auth=None)) as response:
        if response.status_code in _MOVED and "location" in response.headers:
            return str(response.headers["location"])
        return await _body(response, host)


async def _body(response: httpx.Response, host: str) -> bytes:
    if response.status_code != _OK:
        raise Refused(say("{host} does not give the picture ({status})", host=safe(host), status=response.status_code))
    kind = response.headers.get("content-type", "").partition("/")[0].strip().lower()
    if kind != "image" or response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(say("{host} gives something else than a picture", host=safe(host, limit=200)))
    data = bytearray()
    async for piece in response.aiter_bytes():
        data += piece
        if len(data) > MOST_BYTES:
            raise Refused(say("The picture is larger than {megabytes} MB", megabytes=MOST_BYTES // 1_000_000))
    return bytes(data)


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _TRANSLATED or found.sixtofour is not None or found.teredo is not None:
            return False
        found = found.ipv4_mapped or found
    return found.is_global and not found.is_multicast


def _host(url: str) -> str:
    return safe(urlsplit(url).hostname or "", limit=200)
