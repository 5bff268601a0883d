"""Compressed, huge, cut and redirected answers: bounded in memory, and credentials stay with their host."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import httpx
import pytest

from cminbox.network_kit.answers import BYTE_CAP, Question, ask
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import (
    Gone,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
    Unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable


from scripted import NOW, SECRET, SEND, URL, Body, Server, answered, asked, failed, raw, streaming

COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
}


@pytest.mark.parametrize("encoding", COMPRESSED)
async def test_compressed_answers_are_read(encoding: str) -> None:
    body = Body(*(bytes([byte]) for byte in COMPRESSED[encoding](b'{"a": 1}')))
    answer = await asked(Server(streaming(body, encoding)))
    assert answer.body == {"a": 1}


@pytest.mark.parametrize(
    ("encoding", "chunks"),
    [
        ("br", (b"whatever",)),
        ("gzip, gzip", (gzip.compress(gzip.compress(b"1")),)),
        ("gzip", (b"no gzip at all",)),
        ("gzip", (gzip.compress(b"[" + b" " * 2 * BYTE_CAP + b"]"),)),
        ("identity", (b"[", *[b" " * 65536] * (2 * BYTE_CAP // 65536), b"]")),
    ],
    ids=["not asked for", "twice", "broken", "bomb", "huge"],
)
async def test_an_answer_that_is_not_unpacked_is_unreadable(encoding: str, chunks: tuple[bytes, ...]) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-encoding": encoding}, stream=Body(*chunks))

    assert isinstance(await failed(Server(answer)), Unreadable)
    assert isinstance(await failed(Server(answer), SEND), SendOutcomeUnknown)


async def test_a_huge_error_still_means_what_its_status_says() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, stream=Body(*[b" " * 65536] * 200))

    assert isinstance(await failed(Server(answer)), Gone)


@pytest.mark.parametrize("kept", [0, 1, 10, 25])
async def test_a_cut_compressed_answer_is_not_taken_for_a_whole_one(kept: int) -> None:
    cut = Body(gzip.compress(b'{"a": [1, 2, 3]}')[:kept])
    server = Server(streaming(cut, "gzip"))
    if kept == 0:
        assert (await asked(server)).body is None
    else:
        assert isinstance(await failed(server), TryLater)


async def test_what_follows_a_finished_compressed_answer_is_not_hoarded() -> None:
    body = Body(gzip.compress(b"1"), *[b"x" * 65536] * 500)
    answer = await asked(Server(streaming(body, "gzip")))
    assert answer.body == 1
    assert body.given == 1


async def test_reading_stops_at_the_cap() -> None:
    body = Body(*[b" " * 65536] * 10_000)
    await failed(Server(streaming(body)))
    assert body.given <= BYTE_CAP // 65536 + 1


def redirecting(location: str, status: int = 302) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/moved":
            return answered(body="arrived")(request)
        return httpx.Response(status, headers={"location": location})

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location", ["/moved", "moved", "https://social.example/moved", "https://social.example:443/moved"]
)
async def test_a_redirect_within_the_host_is_followed_for_reading(location: str, status: int) -> None:
    server = Server(redirecting(location, status))
    if ":443" in location:
        assert isinstance(await failed(server), Unreadable)
        return
    assert (await asked(server, Question("GET", URL, headers={"authorization": SECRET}))).body == "arrived"
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/moved",
        "//elsewhere.example/moved",
        "http://social.example/moved",
        "https://social.example:8443/moved",
        "https://me@social.example/moved",
        "https://[broken/moved",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
async def test_a_redirect_to_anywhere_else_is_not_followed(location: str) -> None:
    server = Server(redirecting(location))
    assert isinstance(await failed(server), Unreadable)
    assert len(server.seen) == 1


async def test_a_redirect_to_what_is_no_address_is_a_failure_like_any_other() -> None:
    assert isinstance(await failed(Server(redirecting("https://social.example:port/moved"))), (TryLater, Unreadable))


async def test_a_redirected_send_is_in_doubt_and_not_repeated() -> None:
    for location in ("/moved", "https://elsewhere.example/moved"):
        server = Server(redirecting(location))
        assert isinstance(await failed(server, SEND), SendOutcomeUnknown)
        assert len(server.seen) == 1


async def test_a_circle_of_redirects_ends() -> None:
    server = Server(redirecting("/api"))
    failure = await failed(server)
    assert "in a circle" in str(failure)
    assert len(server.seen) == 4


async def test_the_client_keeps_no_cookie_and_asks_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    server = Server(answered(set_cookie="session=planted; Path=/"))
    async with new_client(server) as http:
        await ask(http, Question("GET", URL), now=lambda: NOW)
        await ask(http, Question("GET", URL), now=lambda: NOW)
    assert ["cookie" in request.headers for request in server.seen] == [False, False]
    async with new_client() as http:
        assert http._mounts == {}


async def test_an_answer_of_form_fields_is_read_where_it_is_expected() -> None:
    question = Question("POST", URL, form_answer=True)
    answer = await asked(Server(raw(b"oauth_token=a%2Fb&confirmed=true")), question)
    assert answer.body == {"oauth_token": "a/b", "confirmed": "true"}
    for content in (b"<p>welcome</p>", b"\xff\xfe=1", b"no fields"):
        assert isinstance(await failed(Server(raw(content)), question), Unreadable)
    assert isinstance(await failed(Server(raw(b'{"error": "no"}', 401)), question), SignInAgain)
