"""One HTTP exchange, from a question to a value or a typed failure: all networks speak HTTP through `ask` alone."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urljoin, urlsplit

import httpx

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import (
    Gone,
    NetworkFailure,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)
from cminbox.network_kit.waits import wait_from_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.saying import Saying

BYTE_CAP = 4 * 1024 * 1024
DEADLINE_SECONDS = 45.0
MAX_REDIRECTS = 3
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_QUOTE = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `publishes` marks the one request of a send whose lost answer means "unknown", never "no"."""

    method: str
    url: str
    params: tuple[tuple[str, str], ...] = ()
    json: Any = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    publishes: bool = False
    deadline: float = DEADLINE_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the parsed JSON body (None when it was empty) with status and headers."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: Any


async def ask(
    http: httpx.AsyncClient,
    question: Question,
    *,
    explain: Callable[[Answer], NetworkFailure | None] | None = None,
    now: Callable[[], int],
) -> Answer:
    """Send one question and return its 2xx answer.

    Enforces https (plain http only to loopback), a total deadline, a cap on decompressed bytes while streaming, and
    our own redirect rule: only for GET, same host, https, and never more than three. `explain` lets a network give
    its own meaning to an answer that is not 2xx (None falls back to the common one). Raises only NetworkFailure.
    """
    host = check_url(question.url)
    try:
        async with asyncio.timeout(question.deadline):
            response, raw = await _exchange(http, question)
    except TimeoutError:
        _lost(question, host, timed_out=True)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise TryLater(_connect_saying(host, error)) from None
    except httpx.TimeoutException:
        _lost(question, host, timed_out=True)
    except (httpx.HTTPError, httpx.InvalidURL, zlib.error, ssl.SSLError, OSError):
        _lost(question, host, timed_out=False)
    return _read(question, host, response, raw, explain, now())


def check_url(url: str) -> str:
    """Return the host of a URL we may send credentials to; raise Refused otherwise."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise Refused(say("{url} is not a web address", url=safe(url, limit=_QUOTE))) from None
    if not host or parts.username is not None:
        raise Refused(say("{url} is not a web address of the form https://host", url=safe(url, limit=_QUOTE)))
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise Refused(say("{host} must be addressed with https", host=safe(host)))
    return safe(host)


async def _exchange(http: httpx.AsyncClient, question: Question) -> tuple[httpx.Response, bytes]:
    url, params = question.url, question.params
    for _ in range(MAX_REDIRECTS + 1):
        request = http.build_request(
            question.method,
            url,
            params=params or None,
            json=question.json,
            data=question.form,
            headers=question.headers,
        )
        response = await http.send(request, stream=True)
        try:
            if not response.has_redirect_location:
                return response, await _bounded_body(response)
            url, params = _redirected(question, str(request.url), response), ()
        finally:
            await response.aclose()
    raise Unreadable(say("{host} redirects in a circle", host=check_url(question.url)))


def _redirected(question: Question, url: str, response: httpx.Response) -> str:
    target = urljoin(url, response.headers["location"])
    old, new = urlsplit(url), urlsplit(target)
    same_place = (old.hostname, old.port, old.scheme) == (new.hostname, new.port, new.scheme)
    if question.method != "GET" or not same_place:
        where = safe(new.hostname or target, limit=_QUOTE)
        raise Unreadable(
            say(
                "{host} redirects to {where}, which is not followed; check the address",
                host=safe(old.hostname or ""),
                where=where,
            ),
        )
    return target


async def _bounded_body(response: httpx.Response) -> bytes:
    """Return the decompressed body, or raise before it grows past the cap: a 48 KB gzip can hold 50 MB."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"gzip", "x-gzip", "deflate"}:
        wbits = zlib.MAX_WBITS | 32 if encoding != "deflate" else zlib.MAX_WBITS
        inflate = zlib.decompressobj(wbits)
    elif encoding in {"identity", ""}:
        inflate = None
    else:
        raise Unreadable(
            say("{host} answered in an encoding that was not asked for", host=safe(response.request.url.host)),
        )
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += inflate.decompress(chunk, BYTE_CAP + 1 - len(body)) if inflate else chunk
        if len(body) > BYTE_CAP:
            raise _too_large(response)
    if inflate and not inflate.eof and body:
        raise httpx.RemoteProtocolError("compressed body cut off")
    return bytes(body)


def _too_large(response: httpx.Response) -> Unreadable:
    megabytes = BYTE_CAP // 1024 // 1024
    host = safe(response.request.url.host)
    return Unreadable(say("{host} answered with more than {megabytes} MB", host=host, megabytes=megabytes))


def _read(
    question: Question,
    host: str,
    response: httpx.Response,
    raw: bytes,
    explain: Callable[[Answer], NetworkFailure | None] | None,
    now: int,
) -> Answer:
    body, readable = _parse(raw)
    answer = Answer(response.status_code, response.headers, body)
    if response.is_success:
        if readable:
            return answer
        if question.publishes:
            raise SendOutcomeUnknown(say("{host} took the message but its answer cannot be read", host=host))
        if raw.lstrip()[:1] == b"<":
            raise Unreadable(say("{host} answered with a web page; is it the right address?", host=host))
        raise Unreadable(say("{host} answered with something that is not JSON", host=host))
    if explain is not None and readable and (failure := explain(answer)) is not None:
        raise failure
    raise common_failure(question, host, answer, now)


def _parse(raw: bytes) -> tuple[Any, bool]:
    if not raw.strip():
        return None, True
    try:
        return json.loads(raw), True
    except (ValueError, RecursionError):
        return None, False


def common_failure(question: Question, host: str, answer: Answer, now: int) -> NetworkFailure:
    """Return what a status code means where the network gives it no meaning of its own."""
    status = answer.status
    said = server_words(answer.body)
    if status == httpx.codes.UNAUTHORIZED:
        return SignInAgain(say("{host} no longer accepts these credentials{said}", host=host, said=said))
    if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
        return Gone(say("{host} no longer has it{said}", host=host, said=said))
    if status == httpx.codes.TOO_MANY_REQUESTS:
        after = wait_from_headers(answer.headers, now)
        return TryLater(say("{host} asks for a pause (rate limit)", host=host), after, rate_limited=True)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.REQUEST_TIMEOUT:
        if question.publishes:
            return SendOutcomeUnknown(
                say(
                    "{host} failed while publishing (error {status}){said}",
                    host=host,
                    status=status,
                    said=said,
                ),
            )
        after = wait_from_headers(answer.headers, now)
        return TryLater(say("{host} has a problem of its own (error {status})", host=host, status=status), after)
    return Refused(say("{host} refused (error {status}){said}", host=host, status=status, said=said))


def server_words(body: object) -> str:
    """Return a server's own error text as a safe, short tail of a sentence, empty when it gave none."""
    if isinstance(body, dict):
        for key in ("error_description", "message", "error", "detail"):
            value = body.get(key)
            if isinstance(value, str) and value.strip():
                return f": {safe(value.strip(), limit=_QUOTE)}"
    return ""


def _lost(question: Question, host: str, *, timed_out: bool) -> NoReturn:
    """Raise for an answer that never came: unknown when it may have published, else try later."""
    if question.publishes:
        raise SendOutcomeUnknown(say("{host} gave no answer; the message may have been published", host=host)) from None
    if timed_out:
        raise TryLater(say("{host} did not answer in time", host=host)) from None
    raise TryLater(say("The connection to {host} broke off", host=host)) from None


def _connect_saying(host: str, error: httpx.TransportError) -> Saying:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return say("The certificate of {host} cannot be trusted", host=host)
        if isinstance(cause, socket.gaierror):
            return say("The host {host} is not known; check its spelling", host=host)
        cause = cause.__cause__ or cause.__context__
    return say("{host} cannot be reached", host=host)
