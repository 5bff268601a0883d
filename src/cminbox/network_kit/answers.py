"""One HTTP exchange, from a question to a value or a typed failure: all networks speak HTTP through `ask` alone."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

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
_PIECE = 256 * 1024
_LASTING = frozenset({httpx.codes.MOVED_PERMANENTLY, httpx.codes.PERMANENT_REDIRECT})
_QUOTE = 200
_GZIP_TOO = 32
_CREDENTIAL_NAME = re.compile(r"authorization|cookie|key|token|secret|password|dpop", re.IGNORECASE)
_USER = re.compile(r"//.*@", re.DOTALL)
_SHORTEST_CREDENTIAL = 8
_NOT_THERE = frozenset({httpx.codes.NOT_FOUND, httpx.codes.GONE})


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
    form_answer: bool = False
    """Whether a good answer is written as form fields, as in OAuth 1.0a, and not as JSON."""
    raw_answer: bool = False
    """Whether a good answer is taken as the bytes that came, and 304 (nothing has changed) is one."""
    byte_cap: int = BYTE_CAP
    """How many decompressed bytes an answer may have."""
    deadline: float = DEADLINE_SECONDS


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the parsed JSON body (None when it was empty) with status and headers.

    `moved_to` is the address to ask from now on, where every redirect on the way was a permanent one.
    """

    status: int
    headers: httpx.Headers = field(repr=False)
    body: Any
    moved_to: str | None = None


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
    its own meaning to an answer that is not 2xx (None falls back to the common one). Raises only NetworkFailure, to
    which no exception of httpx clings: its request would carry the credentials on.
    """
    host = check_url(question.url)
    failure: NetworkFailure
    try:
        async with asyncio.timeout(question.deadline):
            got = await _exchange(http, question)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        failure = TryLater(_connect_saying(host, error))
    except (TimeoutError, httpx.TimeoutException):
        failure = _lost(question, host, timed_out=True)
    except (httpx.HTTPError, ssl.SSLError, OSError):
        failure = _lost(question, host, timed_out=False)
    except _Unformed:
        failure = Refused(say("The request to {host} cannot be formed; check the address and the token", host=host))
    except _Unusable as unusable:
        failure = _unusable(question, unusable.saying)
    else:
        return _read(question, host, got, explain, now())
    raise failure


class _Unformed(Exception):  # noqa: N818 - never leaves this module
    """A request that cannot be written down: a line end in a token, half a character in a text."""


class _Unusable(Exception):  # noqa: N818 - never leaves this module
    """An answer that is not looked at any further, with the sentence that says why."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(str(saying))
        self.saying = saying


@dataclass(frozen=True, slots=True)
class _Got:
    """An answer as it came: `body` is None, with the reason in `why_not`, when it was not to be read."""

    status: int
    headers: httpx.Headers
    body: bytes | None
    why_not: Saying | None = None
    moved_to: str | None = None


def check_url(url: str) -> str:
    """Return the host of a URL we may send credentials to; raise Refused otherwise."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise Refused(say("{url} is not a web address", url=_quoted(url))) from None
    if not host or parts.username is not None:
        raise Refused(say("{url} is not a web address of the form https://host", url=_quoted(url)))
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise Refused(say("{host} must be addressed with https", host=safe(host)))
    return safe(host)


def _quoted(url: str) -> str:
    """Return what is no address for a sentence, without the name and the password that may stand in it."""
    return safe(_USER.sub("//…@", url), limit=_QUOTE)


async def _exchange(http: httpx.AsyncClient, question: Question) -> _Got:
    url, params, lasting = question.url, question.params, True
    for _ in range(MAX_REDIRECTS + 1):
        request = _request(http, question, url, params)
        try:
            response = await http.send(request, stream=True)
        except httpx.InvalidURL:
            # The client looks at where a redirect leads even when it does not follow it.
            raise _nowhere(url) from None
        try:
            if not response.has_redirect_location:
                got = await _got(response, question.byte_cap)
                return replace(got, moved_to=url) if lasting and url != question.url else got
            url, params = _redirected(question, url, response), ()
            lasting = lasting and response.status_code in _LASTING
        finally:
            await response.aclose()
    raise _Unusable(say("{host} redirects in a circle", host=check_url(question.url)))


def _request(
    http: httpx.AsyncClient,
    question: Question,
    url: str,
    params: tuple[tuple[str, str], ...],
) -> httpx.Request:
    """Build a request, or raise _Unformed; the original exception may quote a credential and is left behind."""
    try:
        for value in question.headers.values():
            if not value.isascii() or not value.isprintable():
                raise _Unformed
        return http.build_request(
            question.method,
            url,
            params=params or None,
            json=question.json,
            data=question.form,
            headers=question.headers,
        )
    except (httpx.InvalidURL, ValueError):
        raise _Unformed from None


def _redirected(question: Question, url: str, response: httpx.Response) -> str:
    old = urlsplit(url)
    try:
        target = urljoin(url, response.headers["location"])
        new = urlsplit(target)
        same_place = (old.hostname, old.port, old.scheme) == (new.hostname, new.port, new.scheme)
    except ValueError:
        raise _nowhere(url) from None
    if question.method == "GET" and same_place and new.username is None:
        return target
    where = safe(new.hostname or target, limit=_QUOTE)
    host = safe(old.hostname or "")
    raise _Unusable(
        say("{host} redirects to {where}, which is not followed; check the address", host=host, where=where)
    )


def _nowhere(url: str) -> _Unusable:
    return _Unusable(say("{host} redirects to nowhere", host=check_url(url)))


async def _got(response: httpx.Response, cap: int) -> _Got:
    """Return the decompressed answer, or give it up before it grows past the cap: a 48 KB gzip can hold 50 MB."""
    host = safe(response.request.url.host)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"gzip", "x-gzip", "deflate"}:
        inflate = zlib.decompressobj(zlib.MAX_WBITS | (0 if encoding == "deflate" else _GZIP_TOO))
    elif encoding in {"identity", ""}:
        inflate = None
    else:
        why_not = say("{host} answered in an encoding that was not asked for", host=host)
        return _Got(response.status_code, response.headers, None, why_not)
    try:
        body = await _bounded_body(response, inflate, cap)
    except zlib.error:
        why_not = say("{host} answered with something that cannot be decompressed", host=host)
        return _Got(response.status_code, response.headers, None, why_not)
    if body is None:
        why_not = say("{host} answered with more than {megabytes} MB", host=host, megabytes=cap // 1024 // 1024)
        return _Got(response.status_code, response.headers, None, why_not)
    return _Got(response.status_code, response.headers, body)


async def _bounded_body(response: httpx.Response, inflate: zlib._Decompress | None, cap: int) -> bytes | None:
    """Return the decompressed body; None as soon as it is past the cap."""
    body = bytearray()
    received = False
    async for chunk in response.aiter_raw():
        received = received or bool(chunk)
        # Piece by piece: what a bomb becomes must not stand in memory twice.
        while chunk and len(body) <= cap:
            body += inflate.decompress(chunk, _PIECE) if inflate else chunk
            chunk = inflate.unconsumed_tail if inflate else b""  # noqa: PLW2901 - what is left of it
        if len(body) > cap:
            return None
        if inflate and inflate.eof:
            # What follows a finished stream would only be hoarded by the decompressor.
            return bytes(body)
    if inflate and received:
        raise httpx.RemoteProtocolError("compressed body cut off")
    return bytes(body)


def _read(
    question: Question,
    host: str,
    got: _Got,
    explain: Callable[[Answer], NetworkFailure | None] | None,
    now: int,
) -> Answer:
    success = httpx.codes.is_success(got.status)
    raw = got.body
    if question.raw_answer and raw is not None and (success or got.status == httpx.codes.NOT_MODIFIED):
        return Answer(got.status, got.headers, raw, got.moved_to)
    if raw is not None and not success:
        raw = _without_credentials(question, raw)
    body, readable = (None, False) if raw is None else _parse(raw, form=question.form_answer and success)
    answer = Answer(got.status, got.headers, body, got.moved_to)
    if success:
        if readable:
            return answer
        raise _unusable(question, got.why_not or _why_not_json(host, raw or b""))
    if explain is not None and (readable or question.raw_answer) and (failure := explain(answer)) is not None:
        raise failure
    if not readable and not question.raw_answer and got.status in _NOT_THERE and raw is not None:
        raise _unknown_address(host)
    raise common_failure(question, host, answer, now)


class UnknownAddress(Refused):
    """A web server, not the interface behind it, knows nothing of an address."""


def _unknown_address(host: str) -> UnknownAddress:
    """Return what a 404 means that no interface gave: nobody knows that what was asked for is gone."""
    return UnknownAddress(
        say(
            "{host} does not know this address; look at the account's settings (base_url, api_version)",
            host=host,
        )
    )


def _without_credentials(question: Question, raw: bytes) -> bytes:
    """Return an error's body without the credentials of its question: some servers quote them."""
    given: list[tuple[str, Any]] = [*question.headers.items(), *question.params, *(question.form or {}).items()]
    if isinstance(question.json, dict):
        given += question.json.items()
    for name, value in given:
        if _CREDENTIAL_NAME.search(name) and isinstance(value, str):
            for word in value.split():
                if len(word) >= _SHORTEST_CREDENTIAL:
                    raw = raw.replace(word.encode("utf-8", "surrogatepass"), b"...")
    return raw


def _why_not_json(host: str, raw: bytes) -> Saying:
    if raw.lstrip()[:1] == b"<":
        return say("{host} answered with a web page; is it the right address?", host=host)
    return say("{host} answered with something that is not JSON", host=host)


def _unusable(question: Question, why: Saying) -> NetworkFailure:
    """Return what an answer of no use means: for a publishing request it says nothing about the post."""
    return SendOutcomeUnknown(why) if question.publishes else Unreadable(why)


def _parse(raw: bytes, *, form: bool = False) -> tuple[Any, bool]:
    if not raw.strip():
        return None, True
    try:
        if form:
            return dict(parse_qsl(raw.decode(), strict_parsing=True)), True
        return json.loads(raw), True
    except (ValueError, RecursionError):
        return None, False


def common_failure(question: Question, host: str, answer: Answer, now: int) -> NetworkFailure:
    """Return what a status code means where the network gives it no meaning of its own. `now` is UTC milliseconds."""
    status = answer.status
    said = server_words(answer.body)
    if status == httpx.codes.UNAUTHORIZED:
        return SignInAgain(say("{host} no longer accepts these credentials{said}", host=host, said=said))
    if status in _NOT_THERE:
        return Gone(say("{host} no longer has it{said}", host=host, said=said))
    if status == httpx.codes.TOO_MANY_REQUESTS:
        after = wait_from_headers(answer.headers, now)
        return TryLater(say("{host} asks for a pause (rate limit)", host=host), after, rate_limited=True)
    unclear = status < httpx.codes.BAD_REQUEST or status == httpx.codes.REQUEST_TIMEOUT
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or unclear:
        return _their_trouble(question, host, answer, now)
    return Refused(say("{host} refused (error {status}){said}", host=host, status=status, said=said))


def _their_trouble(question: Question, host: str, answer: Answer, now: int) -> NetworkFailure:
    status, said = answer.status, server_words(answer.body)
    if question.publishes:
        return SendOutcomeUnknown(
            say("{host} failed while publishing (error {status}){said}", host=host, status=status, said=said)
        )
    if status < httpx.codes.BAD_REQUEST:
        return Unreadable(say("{host} answered with status {status} and nothing to read", host=host, status=status))
    after = wait_from_headers(answer.headers, now)
    return TryLater(say("{host} has a problem of its own (error {status})", host=host, status=status), after)


def server_words(body: object) -> str:
    """Return a server's own error text as a safe, short tail of a sentence, empty when it gave none."""
    if isinstance(body, dict):
        for key in ("error_description", "message", "error", "detail"):
            value = body.get(key)
            if isinstance(value, str) and value.strip():
                return f": {safe(value.strip(), limit=_QUOTE)}"
    return ""


def _lost(question: Question, host: str, *, timed_out: bool) -> NetworkFailure:
    """Return the failure of an answer that never came: unknown when it may have published, else try later."""
    if question.publishes:
        return SendOutcomeUnknown(say("{host} gave no answer; the message may have been published", host=host))
    if timed_out:
        return TryLater(say("{host} did not answer in time", host=host))
    return TryLater(say("The connection to {host} broke off", host=host))


def _connect_saying(host: str, error: httpx.TransportError) -> Saying:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return say("The certificate of {host} cannot be trusted", host=host)
        if isinstance(cause, socket.gaierror):
            return say("The host {host} is not known; check its spelling", host=host)
        cause = cause.__cause__ or cause.__context__
    return say("{host} cannot be reached", host=host)
