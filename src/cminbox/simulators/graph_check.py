"""Checks requests against a reduced description of the Graph API: nodes with their fields, edges and parameters.

A reduced description holds facts only: `nodes` by type, each with `fields` (name and type, where a type that is a
node's name can be looked into), `modified` fields with the modifiers that they need, `methods` on the node itself, and
`edges`, each with the methods that it takes, their parameters and what they return; `listing` names the parameters that
every list takes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cminbox.simulators.graph_fields import Field, parse_fields
from cminbox.simulators.wire import SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cminbox.simulators.wire import Request

Schema = dict[str, Any]
_PATH = re.compile(r"/(v\d+\.\d)/([^/]*)(?:/([a-z_]+))?")
_SECRETS = re.compile(r"token|secret", re.IGNORECASE)
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "bool": (bool,),
    "list": (list,),
    "object": (dict,),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One documented request: a method on a node or on an edge of it. `kind` is the node's type, "" for a batch."""

    version: str
    method: str
    node: str
    kind: str
    edge: str
    fields: tuple[Field, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)


class GraphSpecification:
    """A reduced description of a part of the Graph API."""

    def __init__(self, description: Schema) -> None:
        self._nodes: dict[str, Schema] = description["nodes"]
        self._listing: dict[str, Schema] = description["listing"]
        self.lengths: dict[str, int] = description["lengths"]

    def check(self, request: Request, kind_of: Callable[[str], str | None]) -> Call:
        """Return what a request asks for. `kind_of` gives a node's type, None for an id that never existed.

        Raises SpecViolation when it is not as documented.
        """
        match = _PATH.fullmatch(request.path)
        if match is None:
            raise SpecViolation(f"{request.path} names no version or no node")
        for name, _value in request.query:
            if _SECRETS.search(name):
                raise SpecViolation(f"{name} stands in the address, which is logged")
        version, node, edge = match[1], match[2], match[3] or ""
        given: dict[str, Any] = dict(request.query) if request.method == "GET" else _body(request)
        if request.method != "GET" and request.query:
            raise SpecViolation("a change has its parameters in the body")
        if not node:
            return _batch(request, version, given)
        kind = kind_of(node)
        if kind is None:
            return Call(version, request.method, node, "unknown", edge)
        fields = parse_fields(given.pop("fields", "")) if request.method == "GET" else ()
        for problem in self._problems(kind, edge, request.method, fields, given):
            raise SpecViolation(f"{request.method} {kind}/{edge}: {problem}")
        return Call(version, request.method, node, kind, edge, fields, given)

    def _problems(
        self, kind: str, edge: str, method: str, fields: tuple[Field, ...], given: Mapping[str, Any]
    ) -> Iterator[str]:
        schema = self._nodes[kind]
        if not edge:
            if method not in schema["methods"]:
                yield "the node does not take this method"
                return
            yield from _parameter_problems(schema["methods"][method], given, as_text=method == "GET")
            yield from self._field_problems(kind, fields)
            return
        edges = schema["edges"].get(edge, {})
        if method not in edges:
            yield "there is no such edge, or it does not take this method"
            return
        params: Schema = edges[method]["params"]
        if method == "GET":
            yield from _parameter_problems({**self._listing, **params}, given, as_text=True)
            yield from self._field_problems(edges[method]["returns"], fields)
        else:
            yield from _parameter_problems(params, given, as_text=False)

    def _field_problems(self, kind: str, fields: tuple[Field, ...]) -> Iterator[str]:
        schema = self._nodes.get(kind)
        if schema is None:
            return
        for one in fields:
            edge = schema["edges"].get(one.name, {}).get("GET")
            if one.name in schema["fields"]:
                yield from self._modifier_problems(schema.get("modified", {}).get(one.name), one)
                if one.inner:
                    yield from self._inner_problems(schema["fields"][one.name], one)
            elif edge is not None:
                yield from _parameter_problems({**self._listing, **edge["params"]}, one.modifiers, as_text=True)
                yield from self._field_problems(edge["returns"], one.inner)
            else:
                yield f"the field {one.name} of {kind} is not documented"

    @staticmethod
    def _modifier_problems(documented: Schema | None, one: Field) -> Iterator[str]:
        if documented is not None:
            yield from _parameter_problems(documented, one.modifiers, as_text=True)
        elif one.modifiers:
            yield f"the field {one.name} takes no modifiers"

    def _inner_problems(self, kind: str, one: Field) -> Iterator[str]:
        if kind in self._nodes:
            yield from self._field_problems(kind, one.inner)
        elif kind != "object":
            yield f"the field {one.name} has nothing inside"


@cache
def load(name: str) -> GraphSpecification:
    """Return the reduced description of that name in `simulators/specs`."""
    text = files("cminbox.simulators").joinpath("specs", f"{name}.json").read_bytes()
    return GraphSpecification(json.loads(text))


def _body(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        raise SpecViolation("a body is JSON here")
    body = request.json()
    if not isinstance(body, dict):
        raise SpecViolation("the body is no object")
    return body


def _batch(request: Request, version: str, given: dict[str, Any]) -> Call:
    if request.method != "POST" or set(given) - {"batch", "include_headers"} or not isinstance(given["batch"], list):
        raise SpecViolation("this is no batch")
    return Call(version, "POST", "", "", "", (), given)


def _parameter_problems(documented: Mapping[str, Schema], given: Mapping[str, Any], *, as_text: bool) -> Iterator[str]:
    for name, value in given.items():
        schema = documented.get(name)
        if schema is None:
            yield f"the parameter {name} is not documented"
        elif as_text:
            yield from _text_problems(name, value, schema)
        elif not _is_of(value, schema["type"]):
            yield f"the parameter {name} is not of the type {schema['type']}"
        elif "enum" in schema and any(each not in schema["enum"] for each in _each(value)):
            yield f"the parameter {name} is not one of the documented values"
    yield from (
        f"{name} is missing" for name, schema in documented.items() if schema.get("required") and name not in given
    )


def _text_problems(name: str, value: str, schema: Schema) -> Iterator[str]:
    if schema["type"] == "int" and not (value.isascii() and value.isdigit()):
        yield f"the parameter {name} is no number"
    elif schema["type"] == "bool" and value not in {"true", "false"}:
        yield f"the parameter {name} is not true or false"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"the parameter {name} is not one of the documented values"


def _is_of(value: object, kind: str) -> bool:
    return kind == "bool" if isinstance(value, bool) else isinstance(value, _TYPES[kind])


def _each(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
