"""The check of requests and answers against a reduced description."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cminbox.simulators.openapi_check import Specification, load
from cminbox.simulators.wire import Request, SpecViolation

if TYPE_CHECKING:
    from collections.abc import Iterator

DESCRIPTION: dict[str, Any] = {
    "operations": {
        "GET /things/new": {"query": {"limit": {"type": "integer"}}},
        "GET /things/{id}": {"answer": {"ref": "Thing"}, "scopes": ["read:things"]},
        "POST /things": {
            "headers": {"X-Key": {"type": "string"}},
            "body": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "size": {"type": "integer"},
                    "code": {"type": "string", "pattern": "^[0-9]{1,3}$"},
                    "word": {"type": "string", "minLength": 2, "maxLength": 4},
                    "tags": {"type": "array", "items": {"enum": ["a", "b"], "type": "string"}},
                },
                "required": ["name"],
            },
        },
    },
    "entities": {
        "Thing": {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "at": {"type": ["string", "null"], "format": "date-time"},
                "inside": {"any": [{"ref": "Thing"}, {"type": "null"}]},
            },
            "required": ["id"],
        },
    },
}


@pytest.fixture
def specification() -> Specification:
    return Specification(DESCRIPTION)


def ask(
    method: str, path: str, body: bytes = b"", kind: str = "application/json", headers: dict[str, str] | None = None
) -> Request:
    path, _, query = path.partition("?")
    pairs = tuple((name, value) for name, _, value in (piece.partition("=") for piece in query.split("&") if piece))
    return Request(method, path, pairs, {"content-type": kind, **(headers or {})}, body)


def test_a_literal_path_wins_over_a_pattern(specification: Specification) -> None:
    assert specification.check(ask("GET", "/things/new?limit=3")).name == "GET /things/new"
    found = specification.check(ask("GET", "/things/a%20b"))
    assert (found.name, dict(found.path_values)) == ("GET /things/{id}", {"id": "a%20b"})
    assert (found.needs_sign_in, found.scopes) == (True, ("read:things",))


@pytest.mark.parametrize("path", ["/things/a/b", "/things/", "/thing/1", "/xthings/new"])
def test_a_path_that_is_not_there_is_a_violation(specification: Specification, path: str) -> None:
    with pytest.raises(SpecViolation, match="not documented"):
        specification.check(ask("GET", path))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"name": "x", "colour": 1}, "body.colour is not documented"),
        ({"size": 1}, "body.name is missing"),
        ({"name": "x", "size": "1"}, "body.size is not integer"),
        ({"name": "x", "size": True}, "body.size is not integer"),
        ({"name": "x", "tags": ["c"]}, "not one of the documented values"),
        ({"name": None}, "body.name is not string"),
        ([], "body is not object"),
    ],
)
def test_a_json_body_is_checked(specification: Specification, body: object, problem: str) -> None:
    with pytest.raises(SpecViolation) as caught:
        specification.check(ask("POST", "/things", json.dumps(body).encode()))
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"name=x&colour=red", "colour is not documented"),
        (b"size=3", "name is missing"),
        (b"name=x&size=three", "size is not a whole number"),
    ],
)
def test_a_form_is_checked(specification: Specification, body: bytes, problem: str) -> None:
    kind = "application/x-www-form-urlencoded"
    specification.check(ask("POST", "/things", b"name=x&size=3", kind))
    with pytest.raises(SpecViolation, match=problem):
        specification.check(ask("POST", "/things", body, kind))


def test_a_body_of_another_type_or_none_is_a_violation(specification: Specification) -> None:
    with pytest.raises(SpecViolation, match="text/plain"):
        specification.check(ask("POST", "/things", b"x", "text/plain"))
    with pytest.raises(SpecViolation, match="not JSON"):
        specification.check(ask("POST", "/things", b"{"))
    with pytest.raises(SpecViolation, match="missing"):
        specification.check(ask("POST", "/things"))
    with pytest.raises(SpecViolation, match="body is not documented"):
        specification.check(ask("GET", "/things/1", b"{}"))


def test_documented_headers_are_fine_where_they_are_documented(specification: Specification) -> None:
    body = b'{"name":"x"}'
    specification.check(ask("POST", "/things", body, headers={"x-key": "1", "user-agent": "x"}))
    with pytest.raises(SpecViolation, match="x-key"):
        specification.check(ask("GET", "/things/1", headers={"x-key": "1"}))


@pytest.mark.parametrize(
    ("answer", "problems"),
    [
        ({"id": "1", "at": "2026-01-01T00:00:00Z", "inside": {"id": "2", "inside": None}}, []),
        ({"id": "1", "more": 1}, []),
        ({"id": 1}, ["answer.id is not string"]),
        ({"id": "1", "at": "2026-01-01T00:00:00"}, ["answer.at is not a time"]),
        ({"id": "1", "inside": {}}, ["answer.inside is none of the documented forms"]),
        (7, ["answer is not object"]),
    ],
)
def test_an_answer_is_checked(specification: Specification, answer: object, problems: list[str]) -> None:
    operation = specification.check(ask("GET", "/things/1"))
    assert specification.answer_problems(operation, answer) == problems


def schemas_in(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for inner in (*schema.get("properties", {}).values(), *schema.get("any", ())):
        yield from schemas_in(inner)
    if "items" in schema:
        yield from schemas_in(schema["items"])


def test_the_kept_description_holds_facts_only_and_is_whole() -> None:
    description = load("mastodon").description
    roots = [*description["entities"].values()]
    for operation in description["operations"].values():
        assert set(operation) <= {"query", "headers", "body", "scopes", "answer"}
        roots += [*operation.get("query", {}).values(), operation.get("body", {}), operation.get("answer", {})]
    known = {"type", "format", "enum", "items", "properties", "required", "any", "ref", "needed"}
    for root in roots:
        for schema in schemas_in(root):
            assert set(schema) <= known
            assert schema.get("ref") is None or schema["ref"] in description["entities"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ((("part", "id,snippet"), ("part", "replies")), None),
        ((("part", "id,nonsense"),), "part is not one of the documented values"),
        ((("part[]", "id"),), r"part\[\] is not documented"),
        ((("part", "id"), ("most", "100")), None),
        ((("part", "id"), ("most", "101")), "most is out of bounds"),
        ((("part", "id"), ("most", "0")), "most is out of bounds"),
        ((), "part is missing"),
    ],
)
def test_many_values_may_stand_behind_a_bare_name_and_numbers_have_bounds(
    query: tuple[tuple[str, str], ...], wrong: str | None
) -> None:
    parts = {"type": "array", "items": {"type": "string", "enum": ["id", "snippet", "replies"]}, "needed": True}
    query_schema = {"part": parts, "most": {"type": "integer", "minimum": 1, "maximum": 100}}
    specification = Specification(
        {
            "arrays": "name,name",
            "entities": {},
            "operations": {"GET /list": {"query": query_schema}},
        }
    )
    request = Request("GET", "/list", query, {}, b"")
    if wrong is None:
        assert specification.check(request).name == "GET /list"
        return
    with pytest.raises(SpecViolation, match=wrong):
        specification.check(request)


@pytest.mark.parametrize(
    ("field", "fine"),
    [
        (b'"code": "12"', True),
        (b'"code": "1234"', False),
        (b'"code": "x"', False),
        (b'"word": "ab"', True),
        (b'"word": "a"', False),
        (b'"word": "abcde"', False),
    ],
)
def test_texts_have_the_documented_form_and_length(specification: Specification, field: bytes, *, fine: bool) -> None:
    request = ask("POST", "/things", b'{"name": "x", ' + field + b"}")
    if fine:
        assert specification.check(request).name == "POST /things"
    else:
        with pytest.raises(SpecViolation, match="not written as documented"):
            specification.check(request)
