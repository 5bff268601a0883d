"""Pictures that strangers link to: fetched from public hosts alone, and never more than fits."""

from __future__ import annotations

import httpx
import pytest

from cminbox.domain.saying import say
from cminbox.network_kit import pictures
from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import NetworkFailure, Refused, TryLater
from cminbox.network_kit.pictures import fetch_picture

PICTURE = b"\x89PNG\r\n\x1a\n"
HOSTS = {
    "cdn.example": ["93.184.215.14"],
    "inside.example": ["10.0.0.7"],
    "here.example": ["127.0.0.1", "::1"],
    "cloud.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "translated.example": ["64:ff9b::a00:7"],
    "both.example": ["10.0.0.7", "93.184.215.14"],
    "xn--bcher-kva.example": ["93.184.215.14"],
    "social.example": ["10.0.0.9"],
}


async def resolve(host: str, _port: int) -> list[str]:
    if host not in HOSTS:
        raise TryLater(say("{host} cannot be found", host=host))
    return HOSTS[host]


class Wire:
    """Answers as told, and remembers what was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answers.pop(0)


def image(content: bytes = PICTURE, encoding: str = "identity") -> httpx.Response:
    headers = {"content-type": "image/png", "content-encoding": encoding}
    return httpx.Response(200, content=content, headers=headers)


def moved(target: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": target})


async def fetch(wire: Wire, url: str, **options: frozenset[str]) -> bytes:
    async with new_client(httpx.MockTransport(wire)) as http:
        return await fetch_picture(url, http, resolve=resolve, **options)


async def test_a_picture_comes_from_the_address_that_was_looked_at_with_nothing_sent_along() -> None:
    wire = Wire(image())
    assert await fetch(wire, "https://cdn.example/1.png?a=b") == PICTURE
    (request,) = wire.asked
    assert (request.url.host, request.url.path, request.headers["host"]) == ("93.184.215.14", "/1.png", "cdn.example")
    assert request.extensions["sni_hostname"] == "cdn.example"
    assert not {"cookie", "authorization", "referer"} & request.headers.keys()


@pytest.mark.parametrize("host", ["inside", "here", "cloud", "mapped", "translated"])
async def test_no_address_of_this_machine_or_its_network_is_asked(host: str) -> None:
    wire = Wire()
    with pytest.raises(Refused, match="public internet"):
        await fetch(wire, f"https://{host}.example/1.png")
    assert wire.asked == []


async def test_a_redirect_leads_nowhere_that_could_not_be_asked_at_once() -> None:
    wire = Wire(moved("https://cloud.example/latest/meta-data"))
    with pytest.raises(Refused, match="public internet"):
        await fetch(wire, "https://cdn.example/1.png")
    assert len(wire.asked) == 1


async def test_a_redirect_is_followed_but_not_for_ever() -> None:
    assert await fetch(Wire(moved("/2.png"), image()), "https://cdn.example/1.png") == PICTURE
    with pytest.raises(Refused, match="moves"):
        await fetch(Wire(*[moved("/2.png")] * 9), "https://cdn.example/1.png")


async def test_of_two_addresses_the_public_one_is_asked() -> None:
    wire = Wire(image())
    await fetch(wire, "https://both.example/1.png")
    assert wire.asked[0].url.host == "93.184.215.14"


async def test_the_server_of_the_persons_own_account_may_stand_inside() -> None:
    wire = Wire(image(), image())
    own = frozenset({"social.example"})
    assert await fetch(wire, "https://social.example/1.png", trusted=own) == PICTURE
    assert await fetch(wire, "http://social.example:3000/1.png", trusted=own) == PICTURE
    assert [request.url.port for request in wire.asked] == [443, 3000] or wire.asked[0].url.port is None


async def test_a_host_of_other_letters_is_asked_by_its_ascii_name() -> None:
    wire = Wire(image())
    await fetch(wire, "https://bücher.example/1.png")
    assert wire.asked[0].headers["host"] == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://cdn.example/1.png", "https addresses only"),
        ("ftp://cdn.example/1.png", "https addresses only"),
        ("https://", "https addresses only"),
        ("https://cdn.example:99999/1.png", "no address"),
    ],
)
async def test_what_is_no_address_of_a_picture_is_refused(url: str, what: str) -> None:
    with pytest.raises(Refused, match=what):
        await fetch(Wire(), url)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (httpx.Response(404), "404"),
        (httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}), "something else"),
        (httpx.Response(200, content=PICTURE), "something else"),
        (image(encoding="br"), "something else"),
        (image(b"x" * (pictures.MOST_BYTES + 1)), "larger than 8 MB"),
    ],
)
async def test_an_answer_that_is_no_picture_or_too_large_is_refused(answer: httpx.Response, what: str) -> None:
    with pytest.raises(Refused, match=what):
        await fetch(Wire(answer), "https://cdn.example/1.png")


@pytest.mark.parametrize("error", [httpx.ConnectError("no"), httpx.ReadTimeout("slow"), OSError("broken")])
async def test_a_server_that_cannot_be_reached_is_named(error: Exception) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    async with new_client(httpx.MockTransport(fail)) as http:
        with pytest.raises(NetworkFailure, match=r"cdn\.example"):
            await fetch_picture("https://cdn.example/1.png", http, resolve=resolve)


async def test_a_name_that_nobody_has_is_told() -> None:
    with pytest.raises(TryLater, match="cannot be found"):
        await pictures.addresses_of("no-such-host.invalid", 443)
