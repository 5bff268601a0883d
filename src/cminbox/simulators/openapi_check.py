"""Checks requests and answers against a reduced OpenAPI description: a simulator must not be kinder than its network.

A reduced description holds facts only: operations ("GET /api/v1/statuses/{id}") with `query`, `headers`, `body`,
`scopes` and `answer`, and the `entities` that these refer to. Schemas know type, enum, items, properties, required,
any, ref, format (date-time), pattern, minLength and maxLength, and in a query minimum and maximum. `arrays` says how
a query gives many values: "name[]" is the name with brackets for each, "name,name" the bare name, once with commas or
several times.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from cminbox.simulators.wire import SpecViolation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cminbox.simulators.wire import Request

Schema = dict[str, Any]

_EVERYBODYS_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    },
)
_BOOLEANS = frozenset({"true", "false", "1", "0"})
_ARRAY_SUFFIX = "[]"
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented request: its name ("GET /path/{id}"), its schemas, and the values in its path."""

    name: str
    schema: Schema
    path_values: Mapping[str, str]

    @property
    def needs_sign_in(self) -> bool:
        """Whether it is answered to signed-in accounts only."""
        return "scopes" in self.schema

    @property
    def scopes(self) -> tuple[str, ...]:
        """The permissions of which one is enough."""
        return tuple(self.schema.get("scopes", ()))


class Specification:
    """A reduced OpenAPI description."""

    def __init__(self, description: Schema) -> None:
        self.description = description
        self._entities: dict[str, Schema] = description["entities"]
        self._operations: dict[str, Schema] = description["operations"]
        self._suffix = _ARRAY_SUFFIX if description.get("arrays", "name[]") == "name[]" else ""
        self._patterns = [(name, *_pattern(name)) for name in sorted(self._operations, key=_literal_first)]

    def operation(self, method: str, path: str) -> Operation | None:
        """Return the operation that a method and path name, None when nothing documents it."""
        for name, wanted, pattern in self._patterns:
            if wanted == method and (match := pattern.fullmatch(path)) is not None:
                return Operation(name, self._operations[name], match.groupdict())
        return None

    def check(self, request: Request) -> Operation:
        """Return the operation that a request carries out. Raises SpecViolation when it is not as documented."""
        operation = self.operation(request.method, request.path)
        if operation is None:
            raise SpecViolation(f"{request.method} {request.path} is not documented")
        for problem in (
            *self._query_problems(operation, request.query),
            *_header_problems(operation, request.headers),
            *self._body_problems(operation, request),
        ):
            raise SpecViolation(f"{operation.name}: {problem}")
        return operation

    def answer_problems(self, operation: Operation, body: object) -> list[str]:
        """Return in which ways an answer is not as documented."""
        schema = operation.schema.get("answer")
        return [] if schema is None else list(self._problems(body, schema, "answer"))

    def _query_problems(self, operation: Operation, query: tuple[tuple[str, str], ...]) -> Iterator[str]:
        documented: dict[str, Schema] = operation.schema.get("query", {})
        for key, value in query:
            schema = documented.get(key.removesuffix(self._suffix))
            many = schema is not None and schema.get("type") == "array"
            if schema is None or (self._suffix and many != key.endswith(self._suffix)):
                yield f"the query parameter {key} is not documented"
                continue
            for one in value.split(",") if many and not self._suffix else [value]:
                yield from self._text_problems(one, schema.get("items", schema), key)
        given = {key.removesuffix(self._suffix) for key, _ in query}
        for name, schema in documented.items():
            if schema.get("needed") and name not in given:
                yield f"the query parameter {name} is missing"

    def _body_problems(self, operation: Operation, request: Request) -> Iterator[str]:
        schema = operation.schema.get("body")
        if not request.body:
            if schema is not None and schema.get("required"):
                yield "the body is missing"
            return
        if schema is None:
            yield "a body is not documented"
            return
        kind = request.headers.get("content-type", "").split(";")[0].strip()
        if kind == "application/x-www-form-urlencoded":
            yield from self._form_problems(request.body, schema)
        elif kind == "application/json":
            try:
                body = json.loads(request.body)
            except ValueError:
                yield "the body is not JSON"
                return
            yield from self._problems(body, schema, "body", strict=True)
        else:
            yield f"a body of the type {kind or 'unknown'} is not documented"

    def _form_problems(self, body: bytes, schema: Schema) -> Iterator[str]:
        fields = parse_qsl(body.decode(), keep_blank_values=True)
        for key, value in fields:
            known = schema["properties"].get(key.removesuffix(_ARRAY_SUFFIX))
            if known is None:
                yield f"the field {key} is not documented"
            else:
                yield from self._text_problems(value, known, key)
        given = {key.removesuffix(_ARRAY_SUFFIX) for key, _ in fields}
        yield from (f"the field {name} is missing" for name in schema.get("required", ()) if name not in given)

    def _text_problems(self, value: str, schema: Schema, where: str) -> Iterator[str]:
        """Check a value that travels as text: in a query or a form."""
        kinds = _kinds(schema)
        if "string" in kinds or not kinds:
            yield from self._problems(value, {**schema, "type": "string"}, where)
        elif "integer" in kinds:
            if not value.isascii() or not value.isdigit():
                yield f"{where} is not a whole number"
            elif not schema.get("minimum", 0) <= int(value) <= schema.get("maximum", int(value)):
                yield f"{where} is out of bounds"
        elif "boolean" in kinds and value not in _BOOLEANS:
            yield f"{where} is not true or false"

    def _problems(self, value: object, schema: Schema, where: str, *, strict: bool = False) -> Iterator[str]:
        """Walk a JSON value; `strict` also finds fields that are not documented."""
        if "ref" in schema:
            schema = self._entities[schema["ref"]]
        if "any" in schema:
            if all(any(self._problems(value, choice, where, strict=strict)) for choice in schema["any"]):
                yield f"{where} is none of the documented forms"
            return
        kinds = _kinds(schema)
        if kinds and not any(_is_of(value, kind) for kind in kinds):
            yield f"{where} is not {' or '.join(kinds)}"
        elif value is not None and "enum" in schema and value not in schema["enum"]:
            yield f"{where} is not one of the documented values"
        elif isinstance(value, str):
            yield from _miswritten(value, schema, where)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._problems(item, schema.get("items", {}), f"{where}[{index}]", strict=strict)
        elif isinstance(value, dict):
            yield from self._object_problems(value, schema, where, strict=strict)

    def _object_problems(self, value: dict[str, Any], schema: Schema, where: str, *, strict: bool) -> Iterator[str]:
        properties: dict[str, Schema] = schema.get("properties", {})
        yield from (f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, inner in value.items():
            if name in properties:
                yield from self._problems(inner, properties[name], f"{where}.{name}", strict=strict)
            elif strict and properties:
                yield f"{where}.{name} is not documented"


@cache
def load(name: str) -> Specification:
    """Return the reduced description of that name in `simulators/specs`."""
    return Specification(json.loads(files("cminbox.simulators").joinpath("specs", f"{name}.json").read_bytes()))


def _pattern(name: str) -> tuple[str, re.Pattern[str]]:
    method, _, path = name.partition(" ")
    pieces = re.split(r"\{(\w+)\}", path)
    # Split by a group gives literals at even places and parameter names at odd ones.
    return method, re.compile(
        "".join(f"(?P<{piece}>[^/]+)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces)),
    )


def _literal_first(name: str) -> tuple[int, str]:
    return name.count("{"), name


def _header_problems(operation: Operation, headers: Mapping[str, str]) -> Iterator[str]:
    documented = {name.lower() for name in operation.schema.get("headers", {})}
    for name in headers.keys() - documented - _EVERYBODYS_HEADERS:
        yield f"the header {name} is not documented"


def _kinds(schema: Schema) -> tuple[str, ...]:
    kind = schema.get("type", ())
    return (kind,) if isinstance(kind, str) else tuple(kind)


def _is_of(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _miswritten(value: str, schema: Schema, where: str) -> Iterator[str]:
    """Yield in which ways a text has not the documented form and length."""
    if schema.get("format") == "date-time" and not _is_time(value):
        yield f"{where} is not a time"
    fits = bool(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)))
    if not fits or ("pattern" in schema and re.fullmatch(schema["pattern"], value) is None):
        yield f"{where} is not written as documented"


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
