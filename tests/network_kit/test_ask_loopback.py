"""The same exchanges over real sockets: what a transport in the process cannot show."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from cminbox.network_kit.answers import DEADLINE_SECONDS, Question, ask
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import NetworkFailure, Refused, SendOutcomeUnknown, TryLater, Unreadable
from cminbox.simulators.wire import Fault, Request, Response, SpecViolation, Wire, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from cminbox.network_kit.answers import Answer

    Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

MEGABYTE = 1024 * 1024
FOREVER = 3600


class Echo:
    """A simulator that answers with what it was asked; `/go` redirects to the address given in `to`."""

    def answer(self, request: Request) -> Response:
        if request.path == "/go":
            return Response(302, b"", {"location": request.first("to") or ""})
        shown = {"path": request.path, "query": request.all("q"), "authorization": request.headers.get("authorization")}
        return Response.of(shown)

    def publishes(self, request: Request) -> bool:
        return request.method == "POST"

    def error(self, fault: Fault) -> Response:
        return Response.of({"error": fault}, int(fault))


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[str]:
    """Serve raw bytes on loopback; gives the base URL. Connections end with the context."""
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await script(reader, writer)
            writer.close()
            await writer.wait_closed()
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.ensure_future(connected(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def asked(question: Question) -> Answer:
    async with new_client() as http:
        return await ask(http, question, now=lambda: 0)


async def failed(question: Question) -> NetworkFailure:
    with pytest.raises(NetworkFailure) as caught:
        await asked(question)
    return caught.value


async def test_a_question_travels_over_a_socket() -> None:
    wire = Wire(Echo())
    async with serve(wire) as base:
        headers = {"authorization": "Bearer planted"}
        answer = await asked(Question("GET", f"{base}/caf%C3%A9", params=(("q", "1"), ("q", "é&")), headers=headers))
    assert answer.body == {"path": "/café", "query": ["1", "é&"], "authorization": "Bearer planted"}
    assert wire.seen[0].headers["user-agent"].startswith("cminbox/")


async def test_one_client_asks_many_times() -> None:
    wire = Wire(Echo())
    async with serve(wire) as base, new_client() as http:
        for number in range(20):
            assert (await ask(http, Question("GET", f"{base}/{number}"), now=lambda: 0)).status == 200
    assert len(wire.seen) == 20


async def test_credentials_never_reach_another_server() -> None:
    ours, theirs = Wire(Echo()), Wire(Echo())
    async with serve(ours) as base, serve(theirs) as elsewhere:
        headers = {"authorization": "Bearer planted", "x-api-key": "planted"}
        for target in (elsewhere, elsewhere.replace("127.0.0.1", "localhost"), "//127.0.0.1:1/"):
            failure = await failed(Question("GET", f"{base}/go", params=(("to", target),), headers=headers))
            assert isinstance(failure, Unreadable)
        followed = await asked(Question("GET", f"{base}/go", params=(("to", "/here"),), headers=headers))
    assert theirs.seen == []
    assert followed.body["path"] == "/here"
    assert followed.body["authorization"] == "Bearer planted"


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (Fault.CONNECT, TryLater),
        (Fault.CUT, TryLater),
        (Fault.TIMEOUT, TryLater),
        (Fault.HUGE, Unreadable),
        (Fault.GZIP_BOMB, Unreadable),
        (Fault.HTML, Unreadable),
        (Fault.REDIRECT_AWAY, Unreadable),
    ],
)
async def test_faults_of_the_wire_show_over_a_socket(fault: Fault, meaning: type[NetworkFailure]) -> None:
    wire = Wire(Echo())
    async with serve(wire) as base:
        wire.fail_next(fault)
        deadline = 0.2 if fault is Fault.TIMEOUT else DEADLINE_SECONDS
        assert isinstance(await failed(Question("GET", f"{base}/", deadline=deadline)), meaning)
        assert (await asked(Question("GET", f"{base}/"))).status == 200


async def test_a_violation_of_the_specification_is_remembered() -> None:
    class Strict(Echo):
        def answer(self, request: Request) -> Response:
            raise SpecViolation(f"unknown path {request.path}")

    wire = Wire(Strict())
    async with serve(wire) as base:
        assert isinstance(await failed(Question("GET", f"{base}/odd")), Refused)
    assert [str(violation) for violation in wire.violations] == ["unknown path /odd"]


async def test_a_port_where_nobody_listens_cannot_be_reached() -> None:
    async with scripted(_silent) as base:
        pass
    assert isinstance(await failed(Question("GET", base)), TryLater)


async def _silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(FOREVER)


async def test_a_silent_server_is_left_at_the_deadline() -> None:
    async with scripted(_silent) as base:
        assert isinstance(await failed(Question("GET", base, deadline=0.1)), TryLater)
        send = Question("POST", base, json={}, publishes=True, deadline=0.1)
        assert isinstance(await failed(send), SendOutcomeUnknown)


async def test_a_slow_drip_is_left_at_the_deadline() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async with scripted(drip) as base:
        assert isinstance(await failed(Question("GET", base, deadline=0.2)), TryLater)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-len",
        b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n[1, 2",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n[1",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n[1",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 99999 ODD\r\n\r\n",
        b"\x00" * 100,
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000,
    ],
    ids=[
        "nothing",
        "half a header",
        "cut",
        "cut chunk",
        "no chunk",
        "another protocol",
        "odd status",
        "nul",
        "long header",
    ],
)
async def test_a_broken_answer_is_a_failure(answer: bytes) -> None:
    async def break_off(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with scripted(break_off) as base:
        assert isinstance(await failed(Question("GET", base)), TryLater)
        send = Question("POST", base, json={}, publishes=True)
        assert isinstance(await failed(send), SendOutcomeUnknown)


async def test_a_gzip_bomb_stays_small_in_memory() -> None:
    bomb = gzip.compress(b"[" + b" " * 50 * MEGABYTE + b"]")

    async def drop(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(bomb) + bomb)
        await writer.drain()

    async with scripted(drop) as base:
        tracemalloc.start()
        try:
            assert isinstance(await failed(Question("GET", base)), Unreadable)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 12 * MEGABYTE


async def test_an_endless_answer_is_left_at_the_cap() -> None:
    async def pour(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" " * 65536)
            await writer.drain()

    async with scripted(pour) as base:
        assert isinstance(await failed(Question("GET", base)), Unreadable)
