"""A scripted server for the tests of `ask`: it answers as told, and remembers what it was asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest

from cminbox.network_kit.answers import Answer, Question, ask
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import (
    NetworkFailure,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    Answering = Callable[[httpx.Request], httpx.Response]
    Explaining = Callable[[Answer], NetworkFailure | None]

NOW = 1_790_000_000_000
SECRET = "planted-secret-4b1d"
URL = "https://social.example/api"


@dataclass
class Server(httpx.AsyncBaseTransport):
    """Answers every request through a function, or raises an exception instead, and remembers it."""

    answer: Exception | Answering
    seen: list[httpx.Request] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(request)


class Body(httpx.AsyncByteStream):
    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            self.given += 1
            yield chunk


def raw(content: bytes, status: int = 200, **headers: str) -> Answering:
    """Return what answers every request with the same bytes, as a stream like a real server's."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: httpx.Response(status, headers=named, stream=Body(content))


def streaming(body: httpx.AsyncByteStream, encoding: str = "identity") -> Answering:
    return lambda _request: httpx.Response(200, headers={"content-encoding": encoding}, stream=body)


def answered(status: int = 200, body: object = None, **headers: str) -> Answering:
    return raw(json.dumps(body).encode(), status, **headers)


async def asked(server: Server, question: Question | None = None, explain: Explaining | None = None) -> Answer:
    async with new_client(server) as http:
        return await ask(http, question or Question("GET", URL), explain=explain, now=lambda: NOW)


async def failed(server: Server, question: Question | None = None, explain: Explaining | None = None) -> NetworkFailure:
    with pytest.raises(NetworkFailure) as caught:
        await asked(server, question, explain)
    return caught.value


SEND = Question("POST", URL, json={"text": "hello"}, headers={"authorization": f"Bearer {SECRET}"}, publishes=True)
