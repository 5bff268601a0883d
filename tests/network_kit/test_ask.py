"""One HTTP exchange ends in a value or in one failure that says what to do next."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import (
    Gone,
    NetworkFailure,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


from scripted import NOW, SECRET, SEND, URL, Server, answered, asked, failed, raw, streaming


async def test_an_answer_is_its_status_headers_and_parsed_body() -> None:
    answer = await asked(Server(answered(201, {"id": "é"}, x_note="here")))
    assert (answer.status, answer.headers["x-note"], answer.body) == (201, "here", {"id": "é"})


@pytest.mark.parametrize("content", [b"", b"  \n"])
async def test_an_empty_answer_has_no_body(content: bytes) -> None:
    assert (await asked(Server(raw(content, 204)))).body is None


@pytest.mark.parametrize(
    "url",
    [
        "http://social.example/api",
        "http://127.0.0.1.social.example/",
        "https://me:secret@social.example/",
        "ftp://social.example/",
        "https:///nowhere",
        "social.example/api",
        "https://[::1",
        "",
        "https://social.example:port/",
        "https://social.example/\x1b]0;x\x07",
    ],
)
async def test_only_https_addresses_are_asked(url: str) -> None:
    server = Server(answered())
    failure = await failed(server, Question("GET", url))
    assert isinstance(failure, Refused)
    assert server.seen == []
    assert str(failure).isprintable()


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:1", "[::1]:9"])
async def test_plain_http_is_fine_on_this_machine(host: str) -> None:
    assert (await asked(Server(answered(body=1)), Question("GET", f"http://{host}/"))).body == 1


@pytest.mark.parametrize(
    ("status", "meaning", "meaning_of_a_send"),
    [
        (400, Refused, Refused),
        (401, SignInAgain, SignInAgain),
        (403, Refused, Refused),
        (404, Gone, Gone),
        (408, TryLater, SendOutcomeUnknown),
        (410, Gone, Gone),
        (422, Refused, Refused),
        (429, TryLater, TryLater),
        (500, TryLater, SendOutcomeUnknown),
        (502, TryLater, SendOutcomeUnknown),
        (503, TryLater, SendOutcomeUnknown),
        (504, TryLater, SendOutcomeUnknown),
        (300, Unreadable, SendOutcomeUnknown),
        (304, Unreadable, SendOutcomeUnknown),
    ],
)
async def test_each_status_has_its_failure(status: int, meaning: type, meaning_of_a_send: type) -> None:
    assert type(await failed(Server(answered(status, {"error": "no"})))) is meaning
    assert type(await failed(Server(answered(status, {"error": "no"})), SEND)) is meaning_of_a_send


async def test_a_rate_limit_brings_its_wait() -> None:
    failure = await failed(Server(answered(429, retry_after="31")))
    assert isinstance(failure, TryLater)
    assert (failure.after, failure.rate_limited) == (31.0, True)


@pytest.mark.parametrize(
    ("error", "meaning", "meaning_of_a_send"),
    [
        (httpx.ConnectError("refused"), TryLater, TryLater),
        (httpx.ConnectTimeout("slow"), TryLater, TryLater),
        (httpx.PoolTimeout("busy"), TryLater, TryLater),
        (httpx.ReadTimeout("slow"), TryLater, SendOutcomeUnknown),
        (httpx.WriteTimeout("slow"), TryLater, SendOutcomeUnknown),
        (httpx.ReadError("reset"), TryLater, SendOutcomeUnknown),
        (httpx.WriteError("reset"), TryLater, SendOutcomeUnknown),
        (httpx.RemoteProtocolError("odd"), TryLater, SendOutcomeUnknown),
        (ConnectionResetError("reset"), TryLater, SendOutcomeUnknown),
        (TimeoutError("slow"), TryLater, SendOutcomeUnknown),
        (ssl.SSLError("bad record"), TryLater, SendOutcomeUnknown),
    ],
)
async def test_each_broken_exchange_has_its_failure(error: Exception, meaning: type, meaning_of_a_send: type) -> None:
    for question, wanted in ((None, meaning), (SEND, meaning_of_a_send)):
        failure = await failed(Server(error), question)
        assert type(failure) is wanted
        assert failure.__context__ is None, "an exception of httpx holds the request and its credentials"
        assert failure.__cause__ is None


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ssl.SSLCertVerificationError("self-signed"), "certificate of social.example cannot be trusted"),
        (socket.gaierror("unknown"), "social.example is not known; check its spelling"),
        (ConnectionRefusedError("refused"), "social.example cannot be reached"),
    ],
)
async def test_why_a_host_is_not_reached_is_said(cause: Exception, words: str) -> None:
    def unreachable(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no") from cause

    assert words in str(await failed(Server(unreachable)))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!doctype html><p>Hi", "web page"),
        (b"OK", "not JSON"),
        (b'{"id": "1', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"9" * 5_000, "not JSON"),
    ],
    ids=["web page", "a word", "cut off", "no text", "too deep", "too many digits"],
)
async def test_an_answer_that_is_not_json_is_unreadable(content: bytes, words: str) -> None:
    failure = await failed(Server(raw(content)))
    assert isinstance(failure, Unreadable)
    assert words in str(failure)
    assert isinstance(await failed(Server(raw(content)), SEND), SendOutcomeUnknown)


async def test_a_network_gives_its_own_meaning_to_an_error() -> None:
    def explain(answer: Answer) -> NetworkFailure | None:
        return Gone(say("a tombstone")) if answer.body == {"error": "tombstone"} else None

    assert isinstance(await failed(Server(answered(400, {"error": "tombstone"})), explain=explain), Gone)
    assert isinstance(await failed(Server(answered(400, {"error": "other"})), explain=explain), Refused)
    assert (await asked(Server(answered(200, {"error": "tombstone"})), explain=explain)).status == 200
    assert isinstance(await failed(Server(raw(b"<p>", 400)), explain=explain), Refused)


@pytest.mark.parametrize("key", ["error", "message", "error_description", "detail"])
async def test_the_servers_own_words_are_quoted_clean_and_short(key: str) -> None:
    failure = await failed(Server(answered(422, {key: "too \x1b[2J long " + "x" * 5000})))
    assert "too ␛[2J long" in str(failure)
    assert str(failure).isprintable()
    assert len(str(failure)) < 300


@pytest.mark.parametrize("body", [[], {"error": 5}, {"error": "  "}, "text", None])
async def test_an_error_without_words_is_still_a_sentence(body: object) -> None:
    assert str(await failed(Server(answered(422, body)))) == "social.example refused (error 422)"


@pytest.mark.parametrize(
    "question",
    [
        Question("GET", URL, headers={"authorization": f"Bearer {SECRET}"}),
        Question("GET", URL, headers={"x-api-key": SECRET}),
        Question("POST", URL, form={"client_secret": SECRET}),
        Question("POST", URL, json={"password": SECRET, "identifier": "brand"}),
        Question("GET", URL, params=(("access_token", SECRET),)),
    ],
)
async def test_a_server_that_quotes_our_secret_is_not_repeated(question: Question) -> None:
    failure = await failed(Server(answered(400, {"error": f"bad credential {SECRET} given"})), question)
    assert "bad credential ... given" in str(failure)


@pytest.mark.parametrize(
    "question",
    [
        Question("GET", URL, headers={"authorization": f"Bearer {SECRET}\r\nx: y"}),
        Question("GET", URL, headers={"authorization": f"Bearer {SECRET}é"}),
        Question("POST", URL, json={"text": "half \ud800"}, publishes=True),
        Question("POST", URL, json={"number": float("nan")}, publishes=True),
    ],
)
async def test_what_cannot_be_written_down_is_refused_and_not_sent(question: Question) -> None:
    server = Server(answered())
    failure = await failed(server, question)
    assert isinstance(failure, Refused)
    assert server.seen == []
    assert SECRET not in repr((failure, failure.__context__, failure.__cause__))


async def test_cancelling_passes_through() -> None:
    asked_for = asyncio.Event()

    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked_for.set()
            await asyncio.Event().wait()
            raise AssertionError(request)

    async with new_client(Hanging()) as http:
        task = asyncio.create_task(ask(http, SEND, now=lambda: NOW))
        await asked_for.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_deadline_ends_an_answer_that_never_ends() -> None:
    class Dripping(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0.01)
                yield b" "

    for question, wanted in ((Question("GET", URL, deadline=0.05), TryLater), (SEND, SendOutcomeUnknown)):
        hurried = Question(question.method, question.url, publishes=question.publishes, deadline=0.05)
        failure = await failed(Server(streaming(Dripping())), hurried)
        assert isinstance(failure, wanted)
