"""The played Graph API is no kinder than the real one: what its description does not name fails the test."""

from __future__ import annotations

import json

import pytest

from cminbox.simulators.graph_check import GraphSpecification, load
from cminbox.simulators.graph_fields import Field, parse_fields
from cminbox.simulators.wire import Request, SpecViolation

KINDS = {"1": "Page", "me": "Page", "1_2": "PagePost", "2_3": "Comment", "t_1": "Thread", "m_1": "Message"}


def asked(method: str, path: str, body: object = None, **query: str) -> Request:
    content = b"" if body is None else json.dumps(body).encode()
    return Request(method, path, tuple(query.items()), {"content-type": "application/json"}, content)


@pytest.fixture
def specification() -> GraphSpecification:
    return load("facebook")


def test_fields_are_read_with_their_modifiers_and_inner_fields() -> None:
    assert parse_fields("id,comments.filter(stream).limit(5){id,from{name}}") == (
        Field("id", {}, ()),
        Field(
            "comments",
            {"filter": "stream", "limit": "5"},
            (Field("id", {}, ()), Field("from", {}, (Field("name", {}, ()),))),
        ),
    )
    assert parse_fields("") == ()


@pytest.mark.parametrize("text", [",", "id,", "id{", "id{}", "id}", "a.b", "a.b(", "a.b()", "ID", "a b", "id{x}y"])
def test_fields_that_are_none_are_found(text: str) -> None:
    with pytest.raises(SpecViolation):
        parse_fields(text)


@pytest.mark.parametrize(
    "request_",
    [
        asked("GET", "/v25.0/me", fields="id,name"),
        asked("GET", "/v25.0/1/published_posts", fields="id,comments.filter(stream){id,parent{id}}", limit="5"),
        asked("GET", "/v25.0/1/conversations", fields="messages.limit(3){from}", platform="messenger"),
        asked("POST", "/v25.0/2_3/comments", {"message": "x"}),
        asked("POST", "/v25.0/2_3", {"is_hidden": True}),
        asked("DELETE", "/v25.0/2_3/likes"),
        asked("POST", "/v25.0/1/blocked", {"user": ["7"]}),
        asked("POST", "/v25.0/", {"batch": []}),
    ],
)
def test_what_is_documented_passes(specification: GraphSpecification, request_: Request) -> None:
    assert specification.check(request_, KINDS.get).version == "v25.0"


@pytest.mark.parametrize(
    "request_",
    [
        asked("GET", "/me", fields="id"),
        asked("GET", "/v25.0/1/secrets"),
        asked("GET", "/v25.0/1/published_posts/x"),
        asked("GET", "/v25.0/me", access_token="x"),
        asked("GET", "/v25.0/me", fields="id,nonsense"),
        asked("GET", "/v25.0/2_3", fields="from{nonsense}"),
        asked("GET", "/v25.0/2_3", fields="message{id}"),
        asked("GET", "/v25.0/2_3", fields="message.limit(3)"),
        asked("GET", "/v25.0/1_2", fields="comments.filter(best){id}"),
        asked("GET", "/v25.0/1_2/comments", order="sideways"),
        asked("GET", "/v25.0/1_2/comments", limit="many"),
        asked("GET", "/v25.0/1_2/comments", summary="yes"),
        asked("GET", "/v25.0/1_2/comments", colour="red"),
        asked("POST", "/v25.0/2_3/comments", {"message": 7}),
        asked("POST", "/v25.0/2_3/comments", {"words": "x"}),
        asked("POST", "/v25.0/2_3/comments", ["x"]),
        asked("POST", "/v25.0/2_3", {"is_hidden": "true"}),
        asked("POST", "/v25.0/2_3", {"is_hidden": True}, message="x"),
        asked("POST", "/v25.0/1/messages", {"message": {"text": "x"}}),
        asked("POST", "/v25.0/1/messages", {"recipient": {"id": "1"}, "messaging_type": "SHOUT"}),
        asked("POST", "/v25.0/m_1", {}),
        asked("DELETE", "/v25.0/1"),
        asked("PUT", "/v25.0/2_3", {"message": "x"}),
        asked("POST", "/v25.0/", {"message": "x"}),
    ],
)
def test_what_is_not_documented_is_found(specification: GraphSpecification, request_: Request) -> None:
    with pytest.raises(SpecViolation):
        specification.check(request_, KINDS.get)


def test_an_id_that_never_existed_is_left_to_the_server(specification: GraphSpecification) -> None:
    assert specification.check(asked("GET", "/v25.0/404_404", fields="id"), KINDS.get).kind == "unknown"
