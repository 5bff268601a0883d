"""Asking the Graph API: where the token travels, errors inside a success, lists, and what is never sent."""

from __future__ import annotations

import json

import httpx
import pytest
from pydantic import SecretStr

from cminbox.network_kit.client import new_client
from cminbox.network_kit.failures import NetworkFailure, Refused, SendOutcomeUnknown, SignInAgain, Unreadable
from cminbox.network_kit.graph.client import Graph, Slice, named, node, slice_of
from scripted import NOW, Server, raw

TOKEN = "planted-token-9f86d081"


def graph_on(body: object, status: int = 200, **headers: str) -> tuple[Graph, Server]:
    server = Server(raw(json.dumps(body).encode(), status, **headers))
    http = new_client(server)
    return Graph("Facebook", "https://graph.example/", "v25.0", SecretStr(TOKEN), http, lambda: NOW), server


async def test_the_token_travels_in_a_header_and_never_in_an_address() -> None:
    graph, server = graph_on({"id": "1"})
    await graph.read("me", "id,name", scope="x", limit="2")
    (request,) = server.seen
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(request.url)
    assert request.url.path == "/v25.0/me"
    assert dict(request.url.params) == {"fields": "id,name", "limit": "2"}


async def test_a_text_is_never_sent_to_a_bare_node() -> None:
    graph, server = graph_on({"id": "1"})
    for path in ("12_34", "12_34/", "/comments", "", "12_34/Comments"):
        for field in ("message", "text", "comment"):
            with pytest.raises(Refused, match="overwrite"):
                await graph.publish(path, {field: "hello"})
            with pytest.raises(Refused, match="overwrite"):
                await graph.act(path, {field: "hello"})
    assert server.seen == []


async def test_a_text_is_sent_to_an_edge() -> None:
    graph, server = graph_on({"id": "1"})
    assert await graph.publish(node("12_34", "comments"), {"message": "hello"}) == {"id": "1"}
    assert server.seen[0].url.path == "/v25.0/12_34/comments"


async def test_an_id_with_tricks_in_it_stays_one_segment() -> None:
    assert node("../me?x=1#", "comments") == "..%2Fme%3Fx%3D1%23/comments"


async def test_an_error_inside_a_success_is_an_error() -> None:
    graph, _ = graph_on({"error": {"code": 190, "error_subcode": 463, "message": f"about {TOKEN}"}})
    with pytest.raises(SignInAgain) as caught:
        await graph.read("me", "id")
    assert TOKEN not in str(caught.value)


async def test_a_publishing_success_with_an_error_of_no_known_meaning_is_unknown() -> None:
    graph, _ = graph_on({"error": {"code": 424242}})
    with pytest.raises(SendOutcomeUnknown):
        await graph.publish("1/comments", {"message": "x"})


async def test_a_publishing_success_with_a_refusal_inside_is_refused() -> None:
    graph, _ = graph_on({"error": {"code": 368}})
    with pytest.raises(Refused):
        await graph.publish("1/comments", {"message": "x"})


async def test_the_usage_and_the_version_of_the_last_answer_are_kept() -> None:
    graph, _ = graph_on({"id": "1"}, x_app_usage='{"call_count": 80}', facebook_api_version="v27.0")
    await graph.read("me", "id")
    assert graph.usage.percent == 80
    assert graph.served_version == "v27.0"


async def test_the_usage_of_an_error_is_kept_too() -> None:
    graph, _ = graph_on({"error": {"code": 4}}, 400, x_app_usage='{"call_count": 100}')
    with pytest.raises(NetworkFailure):
        await graph.read("me", "id")
    assert graph.usage.percent == 100


async def test_the_facts_of_a_token_are_asked_without_showing_it() -> None:
    inner = json.dumps({"data": {"type": "PAGE", "expires_at": 0}})
    graph, server = graph_on([{"code": 200, "body": inner}])
    facts = await graph.token_facts()
    assert facts is not None
    assert facts.text("type") == "PAGE"
    assert TOKEN not in str(server.seen[0].url)


@pytest.mark.parametrize("body", [[], {}, [None], [{"body": "{"}], [{"body": "[]"}], [{"body": '{"error": {}}'}], "x"])
async def test_facts_that_are_not_told_are_none(body: object) -> None:
    graph, _ = graph_on(body)
    assert await graph.token_facts() is None


@pytest.mark.parametrize("code", [100, 104, 190, 200, 2500])
async def test_a_token_that_may_not_be_asked_about_is_no_failure(code: int) -> None:
    graph, _ = graph_on({"error": {"code": code}}, 400)
    assert await graph.token_facts() is None


@pytest.mark.parametrize(
    ("paging", "after"),
    [
        (None, None),
        ({}, None),
        ({"cursors": {"after": "c"}}, None),
        ({"cursors": {"after": "c"}, "next": "https://x"}, "c"),
        ({"next": "https://x"}, None),
    ],
)
def test_a_list_goes_on_only_where_it_says_so(paging: object, after: str | None) -> None:
    assert slice_of({"data": [1], "paging": paging}, "x") == Slice((1,), after)


@pytest.mark.parametrize("body", [7, [], {}, {"data": {}}, {"data": None}, {"data": [], "paging": 7}])
def test_what_is_no_list_is_unreadable(body: object) -> None:
    with pytest.raises(Unreadable):
        slice_of(body, "x")


@pytest.mark.parametrize("body", [None, 7, {}, {"id": None}, {"id": ""}, {"id": []}])
def test_a_success_that_names_nothing_is_unknown(body: object) -> None:
    with pytest.raises(SendOutcomeUnknown):
        named(body, "id", "Facebook")
    assert named({"id": 7}, "id", "Facebook") == "7"


async def test_a_web_page_is_no_answer() -> None:
    server = Server(raw(b"<html>", 200, content_type="text/html"))
    graph = Graph("Facebook", "https://graph.example", "v25.0", SecretStr(TOKEN), new_client(server), lambda: NOW)
    with pytest.raises(Unreadable):
        await graph.read("me", "id")
    assert isinstance(server.seen[0], httpx.Request)
