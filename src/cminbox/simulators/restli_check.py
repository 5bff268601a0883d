"""Checks how a request is written down against the rules of Rest.li 2.0: what other servers decode, these insist on.

A value in an address is percent-encoded, URNs included; the brackets, commas and colons of a list or a record are not.
In a reduced description a path value or query parameter bears its `form`: "urn" (`of` the types it may name),
"number", "list" (of `values`) or "record" (of `fields`); a header that is `needed` bears its `pattern`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from cminbox.simulators.wire import SpecViolation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.simulators.openapi_check import Operation
    from cminbox.simulators.wire import Request

_VALUE = r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+"
_URN = re.compile(rf"urn%3Ali%3A(?P<type>[A-Za-z]+)%3A{_VALUE}")
_LIST = re.compile(rf"List\((?P<inner>{_VALUE}(?:,{_VALUE})*)?\)")
_FIELD = rf"[A-Za-z]+:{_VALUE}"
_RECORD = re.compile(rf"\((?P<inner>{_FIELD}(?:,{_FIELD})*)\)")
_NUMBER = re.compile(r"[0-9]+")


def check_writing(operation: Operation, request: Request) -> None:
    """Raise SpecViolation for a request that is not written as Rest.li wants it."""
    for problem in (*_headers(operation, request), *_path(operation, request), *_query(operation, request)):
        raise SpecViolation(f"{operation.name}: {problem}")


def record_of(text: str) -> dict[str, str]:
    """Return the fields of a record, decoded. Raises SpecViolation for what is none."""
    match = _RECORD.fullmatch(text)
    if match is None:
        raise SpecViolation(f"{text} is not a record")
    pairs = [pair.partition(":") for pair in match["inner"].split(",")]
    return {name: unquote(value) for name, _, value in pairs}


def list_of(text: str) -> list[str]:
    """Return the values of a list, decoded. Raises SpecViolation for what is none."""
    match = _LIST.fullmatch(text)
    if match is None:
        raise SpecViolation(f"{text} is not a list")
    return [unquote(value) for value in (match["inner"] or "").split(",") if value]


def raw_query(request: Request) -> dict[str, str]:
    """Return the query as it was sent, by name."""
    pairs = [pair.partition("=") for pair in request.target.partition("?")[2].split("&") if pair]
    return {name: value for name, _, value in pairs}


def raw_path(operation: Operation, request: Request) -> dict[str, str]:
    """Return the values in the path as they were sent, by name. Raises SpecViolation for another path."""
    wanted = operation.name.partition(" ")[2].split("/")
    sent = request.target.partition("?")[0].split("/")
    if len(wanted) != len(sent):
        raise SpecViolation(f"{request.target} has another number of parts than {operation.name}")
    return {name[1:-1]: value for name, value in zip(wanted, sent, strict=True) if name.startswith("{")}


def _headers(operation: Operation, request: Request) -> Iterator[str]:
    for name, schema in operation.schema.get("headers", {}).items():
        given = request.headers.get(name.lower())
        if given is None:
            if schema.get("needed"):
                yield f"the header {name} is missing"
        elif "pattern" in schema and re.fullmatch(schema["pattern"], given) is None:
            yield f"the header {name} is {given}"


def _path(operation: Operation, request: Request) -> Iterator[str]:
    values = raw_path(operation, request)
    for name, schema in operation.schema.get("path", {}).items():
        yield from _form(name, values[name], schema)


def _query(operation: Operation, request: Request) -> Iterator[str]:
    for name, value in raw_query(request).items():
        yield from _form(name, value, operation.schema.get("query", {}).get(name, {}))


def _form(name: str, value: str, schema: dict[str, Any]) -> Iterator[str]:
    match schema.get("form"):
        case "urn":
            found = _URN.fullmatch(value)
            if found is None:
                yield f"{name} is not an encoded URN: {value}"
            elif found["type"] not in schema.get("of", [found["type"]]):
                yield f"{name} is a URN of another type: {value}"
        case "number" if _NUMBER.fullmatch(value) is None:
            yield f"{name} is not a number: {value}"
        case "list":
            yield from _members(name, value, _LIST, schema.get("values"))
        case "record":
            yield from _members(name, value, _RECORD, schema["fields"])


def _members(name: str, value: str, form: re.Pattern[str], documented: list[str] | None) -> Iterator[str]:
    if form.fullmatch(value) is None:
        yield f"{name} is not written as a list or record of encoded values: {value}"
        return
    members = set(list_of(value) if form is _LIST else record_of(value))
    if documented is not None and members - set(documented):
        yield f"{name} holds what is not documented: {value}"
