"""Answers that are taken as they came: bytes, "nothing has changed", and where a document has moved."""

from __future__ import annotations

import gzip
import tracemalloc
from typing import TYPE_CHECKING

import httpx
import pytest

from cminbox.domain.saying import say
from cminbox.network_kit.answers import Answer, Question
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, Unreadable
from scripted import URL, Body, Server, asked, failed, raw, streaming

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 1024 * 1024
RAW = Question("GET", URL, raw_answer=True, byte_cap=10 * MEGABYTE)


async def test_a_good_answer_is_its_bytes() -> None:
    answer = await asked(Server(raw(b"<feed/>\xff", etag='"1"')), RAW)
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"<feed/>\xff", '"1"')


async def test_nothing_has_changed_is_a_good_answer_where_bytes_are_wanted_only() -> None:
    assert (await asked(Server(raw(b"", 304)), RAW)).status == 304
    assert isinstance(await failed(Server(raw(b"", 304))), Unreadable)


async def test_a_failure_without_json_is_explained_too() -> None:
    def explain(answer: Answer) -> NetworkFailure | None:
        return Refused(say("ended")) if answer.status == 410 else None

    assert isinstance(await failed(Server(raw(b"<h1>gone</h1>", 410)), RAW, explain), Refused)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_web_page_that_knows_no_address_does_not_say_that_anything_was_deleted(status: int) -> None:
    failure = await failed(Server(raw(b"<h1>not found</h1>", status)))
    assert isinstance(failure, Refused)
    assert "api_version" in str(failure)
    assert isinstance(await failed(Server(raw(b"", status))), Gone)


@pytest.mark.parametrize(("size", "fits"), [(10 * MEGABYTE, True), (10 * MEGABYTE + 1, False)])
@pytest.mark.parametrize("packed", [False, True])
async def test_the_cap_is_the_questions_own(size: int, fits: bool, packed: bool) -> None:  # noqa: FBT001 - a parameter
    content = gzip.compress(b" " * size) if packed else b" " * size
    server = Server(streaming(Body(content), "gzip" if packed else "identity"))
    if fits:
        assert len((await asked(server, RAW)).body) == size
    else:
        assert isinstance(await failed(server, RAW), Unreadable)


async def test_a_bomb_never_stands_in_memory_twice() -> None:
    body = Body(gzip.compress(b" " * 60 * MEGABYTE))
    tracemalloc.start()
    try:
        await failed(Server(streaming(body, "gzip")), RAW)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 13 * MEGABYTE


def moving(*statuses: int) -> Callable[[httpx.Request], httpx.Response]:
    """Return what redirects with each status in turn, and then answers."""
    left = list(statuses)

    def answer(request: httpx.Request) -> httpx.Response:
        if left:
            status = left.pop(0)
            return httpx.Response(status, headers={"location": f"{request.url.path}x"}, stream=Body(b""))
        return raw(b"here")(request)

    return answer


@pytest.mark.parametrize(
    ("statuses", "moved_to"),
    [((), None), ((301,), f"{URL}x"), ((301, 308), f"{URL}xx"), ((302,), None), ((301, 302), None), ((307, 301), None)],
)
async def test_only_what_moved_for_good_is_to_be_asked_elsewhere(statuses: tuple[int, ...], moved_to: str) -> None:
    answer = await asked(Server(moving(*statuses)), RAW)
    assert (answer.body, answer.moved_to) == (b"here", moved_to)
