"""How a simulated network is reached: the request and answer values, faults on the way, in process or over loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import deque
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import h11
import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

MEGABYTE = 1024 * 1024
_MAX_REQUEST = MEGABYTE


class SpecViolation(AssertionError):  # noqa: N818 - a test fails on it by its name
    """A request that the network's specification does not allow: path, parameter, header or body field."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a server sees it. Header names are lower case; `path` is decoded, without the query.

    `target` is the path with its query as they were sent, for a server that insists on a way of encoding.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    body: bytes
    target: str = ""

    def json(self) -> Any:  # noqa: ANN401 - foreign JSON
        """Return the body as JSON, an empty object when there is none."""
        return json.loads(self.body) if self.body else {}

    def form(self) -> dict[str, str]:
        """Return the body as form fields."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def first(self, name: str) -> str | None:
        """Return the first query parameter of that name."""
        return next((value for key, value in self.query if key == name), None)

    def all(self, name: str) -> list[str]:
        """Return every query parameter of that name."""
        return [value for key, value in self.query if key == name]


@dataclass(frozen=True, slots=True)
class Response:
    """A server's answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        """Return a JSON answer."""
        return cls(status, json.dumps(value).encode(), {"content-type": "application/json"} | (headers or {}))


class Fault(StrEnum):
    """What can go wrong between an adapter and a network, whichever the network."""

    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    RATE_LIMIT = "429"
    SERVER_ERROR = "500"
    UNAVAILABLE = "503"
    QUOTING = "error that quotes the request"
    HTML = "html"
    NOT_JSON = "not json"
    WRONG_SHAPE = "wrong shape"
    CUT = "cut body"
    HUGE = "huge body"
    GZIP_BOMB = "gzip bomb"
    REDIRECT_LOOP = "redirect loop"
    REDIRECT_AWAY = "redirect to another host"
    CONNECT = "connect error"
    TIMEOUT = "read timeout"
    HANG = "no answer at all"
    ERROR_AFTER_WRITE = "500 after the write"
    TIMEOUT_AFTER_WRITE = "timeout after the write"
    CUT_AFTER_WRITE = "cut body after the write"
    EMPTY_AFTER_WRITE = "2xx without an id after the write"


AFTER_WRITE = frozenset(
    {Fault.ERROR_AFTER_WRITE, Fault.TIMEOUT_AFTER_WRITE, Fault.CUT_AFTER_WRITE, Fault.EMPTY_AFTER_WRITE},
)


class Simulator(Protocol):
    """A simulated network."""

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises SpecViolation when the network's specification does not allow it."""

    def publishes(self, request: Request) -> bool:
        """Whether the request would publish a reply."""

    def error(self, fault: Fault) -> Response:
        """Return this network's own form of 401, 403, 404, 429, 500 or 503."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Break the next `times` requests that `match` accepts."""

    fault: Fault
    match: Callable[[Request], bool]
    times: int = 1


class Wire:
    """Carries requests to a simulator, remembers them, and breaks them as planned."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.seen: list[Request] = []
        self.violations: list[SpecViolation] = []
        self.plans: deque[Plan] = deque()

    def fail_next(self, fault: Fault, *, publishing: bool = False, times: int = 1) -> None:
        """Break the next `times` requests; with `publishing` only those that would publish."""
        match = self.simulator.publishes if publishing else _any
        self.plans.append(Plan(fault, match, times))

    def carry(self, request: Request) -> Response | Fault:
        """Answer a request, or return the fault that the transport has to act out."""
        self.seen.append(request)
        fault = self._planned(request)
        if fault is not None and fault not in AFTER_WRITE:
            return self._before(fault)
        try:
            response = self.simulator.answer(request)
        except SpecViolation as violation:
            self.violations.append(violation)
            raise
        return response if fault is None else self._after(fault, response)

    def _planned(self, request: Request) -> Fault | None:
        for index, plan in enumerate(self.plans):
            if plan.match(request):
                del self.plans[index]
                if plan.times > 1:
                    self.plans.insert(index, Plan(plan.fault, plan.match, plan.times - 1))
                return plan.fault
        return None

    def _before(self, fault: Fault) -> Response | Fault:
        match fault:
            case Fault.QUOTING:
                return _quoting(self.seen[-1])
            case Fault.HTML:
                return Response(200, b"<!doctype html><title>Welcome</title>", {"content-type": "text/html"})
            case Fault.NOT_JSON:
                return Response(200, b"OK\x00\xff", {"content-type": "application/json"})
            case Fault.WRONG_SHAPE:
                return Response.of(42)
            case Fault.HUGE:
                return Response(200, _huge(), {"content-type": "application/json"})
            case Fault.GZIP_BOMB:
                return Response(200, _bomb(), {"content-type": "application/json", "content-encoding": "gzip"})
            case Fault.REDIRECT_LOOP:
                return Response(302, b"", {"location": self.seen[-1].path})
            case Fault.REDIRECT_AWAY:
                return Response(302, b"", {"location": "https://elsewhere.example/steal"})
            case Fault.CONNECT | Fault.TIMEOUT | Fault.CUT | Fault.HANG:
                return fault
            case _:
                return self.simulator.error(fault)

    def _after(self, fault: Fault, response: Response) -> Response | Fault:
        match fault:
            case Fault.ERROR_AFTER_WRITE:
                return self.simulator.error(Fault.SERVER_ERROR)
            case Fault.EMPTY_AFTER_WRITE:
                return Response.of({}, response.status)
            case Fault.CUT_AFTER_WRITE:
                return Response(response.status, response.body[: len(response.body) // 2], response.headers)
            case _:
                return Fault.TIMEOUT


@cache
def _huge() -> bytes:
    return b"[" + b" " * 10 * MEGABYTE + b"]"


@cache
def _bomb() -> bytes:
    return gzip.compress(b"[" + b" " * 50 * MEGABYTE + b"]")


def _quoting(request: Request) -> Response:
    """Return an error of a talkative server: it repeats what it was sent, credentials included."""
    said = f"not understood: {request.headers} {request.query} {request.body.decode(errors='replace')}"
    return Response.of({"error": said, "message": said}, 400)


def _any(_request: Request) -> bool:
    return True


class WireTransport(httpx.AsyncBaseTransport):
    """Carries httpx requests to a wire within the process."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request through the wire, acting out its faults as httpx would show them.

        Raises ConnectError and ReadTimeout.
        """
        await asyncio.sleep(0)
        carried = self.wire.carry(
            Request(
                request.method,
                httpx.URL(request.url).path,
                tuple(request.url.params.multi_items()),
                {name.lower(): value for name, value in request.headers.items()},
                await request.aread(),
                request.url.raw_path.decode(),
            ),
        )
        match carried:
            case Response():
                return httpx.Response(carried.status, headers=carried.headers, stream=_Whole(carried.body))
            case Fault.CONNECT:
                raise httpx.ConnectError("refused", request=request)
            case Fault.HANG:
                await asyncio.Event().wait()
                raise AssertionError("a request that hangs is never answered")
            case Fault.CUT:
                return httpx.Response(200, headers={"content-type": "application/json"}, stream=_Cut())
            case _:
                raise httpx.ReadTimeout("too slow", request=request)


class _Whole(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.body), 65536):
            yield self.body[start : start + 65536]


class _Cut(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'[{"id": "1'
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


@asynccontextmanager
async def serve(wire: Wire, port: int = 0) -> AsyncIterator[str]:
    """Serve a wire on loopback while the context lasts; gives the base URL. Its connections end with it."""
    connections: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.ensure_future(_connection(wire, reader, writer))
        connections.add(connection)
        connection.add_done_callback(connections.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()


async def _connection(wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = h11.Connection(h11.SERVER)
    try:
        with suppress(ConnectionError, h11.RemoteProtocolError):
            while (request := await _next_request(connection, reader)) is not None:
                if not await _respond(wire, connection, request, writer):
                    break
                if connection.our_state is h11.MUST_CLOSE:
                    break
                connection.start_next_cycle()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    finally:
        writer.transport.abort()
        # The socket is closed in the loop's next round.
        await asyncio.sleep(0)


async def _next_request(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _MAX_REQUEST:
                return None
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            target = urlsplit(head.target.decode())
            return Request(
                head.method.decode(),
                httpx.URL(head.target.decode()).path,
                tuple(parse_qsl(target.query, keep_blank_values=True)),
                {name.decode().lower(): value.decode("latin-1") for name, value in head.headers},
                bytes(body),
                head.target.decode(),
            )
        else:
            return None


async def _respond(wire: Wire, connection: h11.Connection, request: Request, writer: asyncio.StreamWriter) -> bool:
    """Write the answer; False when the connection has to be dropped instead."""
    try:
        carried = wire.carry(request)
    except SpecViolation as violation:
        carried = Response.of({"error": f"not in the specification: {violation}"}, 400)
    match carried:
        case Fault.TIMEOUT | Fault.HANG:
            await asyncio.Event().wait()
        case Fault.CUT:
            writer.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n[{"id": "1')
            await writer.drain()
    if not isinstance(carried, Response):
        return False
    headers = [(name, value) for name, value in carried.headers.items() if name.lower() != "content-length"]
    headers.append(("content-length", str(len(carried.body))))
    for event in (
        h11.Response(status_code=carried.status, headers=headers),
        h11.Data(data=carried.body),
        h11.EndOfMessage(),
    ):
        writer.write(connection.send(event) or b"")
    await writer.drain()
    return True
