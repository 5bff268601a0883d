"""Holding requests, records and answers against a reduced set of AT Protocol lexicons."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import regex

from cminbox.simulators.wire import SpecViolation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_GRAPHEME = regex.compile(r"\X")
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?")
_NSID = re.compile(rf"(?:{_LABEL}\.)+[a-zA-Z][a-zA-Z0-9]{{0,62}}")
_RECORD_KEY = re.compile(r"(?!\.\.?$)[A-Za-z0-9._:~-]{1,512}")
_TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
_CID = re.compile(r"b[a-z2-7]{10,}")
_URI = re.compile(r"[a-z][a-z.-]{0,80}:\S{1,8192}")
_LANGUAGE = re.compile(r"i|[a-z]{2,3}(?:-[A-Za-z0-9]+)*")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,20})?(?:Z|[+-]\d\d:\d\d)")


def _at_uri(text: str) -> bool:
    if not text.startswith("at://"):
        return False
    authority, *rest = text.removeprefix("at://").split("/")
    checks = (_NSID, _RECORD_KEY)
    fits = len(rest) <= len(checks) and all(c.fullmatch(part) for c, part in zip(checks, rest, strict=False))
    return _identifier(authority) and fits


def _identifier(text: str) -> bool:
    return bool(_DID.fullmatch(text) or _HANDLE.fullmatch(text))


def _moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return bool(_DATETIME.fullmatch(text))


_FORMATS: Mapping[str, Callable[[str], object]] = {
    "at-identifier": _identifier,
    "at-uri": _at_uri,
    "cid": _CID.fullmatch,
    "datetime": _moment,
    "did": _DID.fullmatch,
    "handle": _HANDLE.fullmatch,
    "language": _LANGUAGE.fullmatch,
    "nsid": _NSID.fullmatch,
    "record-key": _RECORD_KEY.fullmatch,
    "tid": _TID.fullmatch,
    "uri": _URI.fullmatch,
}


class Lexicons:
    """A set of lexicon definitions, and the question whether a value follows them. All checks raise SpecViolation."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.definitions = definitions

    @classmethod
    def load(cls, path: Path) -> Lexicons:
        """Read a reduced set from a JSON file."""
        return cls(json.loads(path.read_bytes())["definitions"])

    def method(self, nsid: str) -> Mapping[str, Any]:
        """Return the definition of a method; raise SpecViolation when there is none of that name."""
        found = self.definitions.get(f"{nsid}#main")
        if found is None or found["type"] not in {"query", "procedure"}:
            raise SpecViolation(f"{nsid} is not a method")
        return dict(found)

    def query(self, nsid: str, pairs: tuple[tuple[str, str], ...]) -> dict[str, Any]:
        """Check the parameters of a GET request and return them typed, with their defaults."""
        definition = self.method(nsid)
        if definition["type"] != "query":
            raise SpecViolation(f"{nsid} is a procedure and has to be posted")
        schema = definition.get("parameters", {"type": "params", "properties": {}})
        values = self._typed(nsid, schema["properties"], pairs)
        self._object(schema, values, nsid)
        defaults = {name: part["default"] for name, part in schema["properties"].items() if "default" in part}
        return defaults | values

    def procedure(self, nsid: str, pairs: tuple[tuple[str, str], ...], body: object, content_type: str) -> None:
        """Check a POST request: no parameters, and a body exactly where one is documented."""
        definition = self.method(nsid)
        if definition["type"] != "procedure":
            raise SpecViolation(f"{nsid} is a query and has to be got")
        if pairs:
            raise SpecViolation(f"{nsid} takes no parameters in the address")
        wanted = definition.get("input")
        if wanted is None:
            if body is not None:
                raise SpecViolation(f"{nsid} takes no body")
            return
        if content_type.split(";", maxsplit=1)[0].strip() != wanted["encoding"]:
            raise SpecViolation(f"{nsid} wants {wanted['encoding']}, not {content_type!r}")
        self.value(wanted["schema"], body, nsid)

    def answer(self, nsid: str, body: object) -> None:
        """Check what a method answers with; unknown fields are a violation too."""
        output = self.method(nsid).get("output")
        if output is not None:
            self.value(output["schema"], body, f"{nsid} (answer)")

    def record(self, collection: str, record: object, rkey: str | None) -> None:
        """Check a record and its key against the lexicon of its collection."""
        definition = self.definitions.get(f"{collection}#main")
        if definition is None or definition["type"] != "record":
            raise SpecViolation(f"{collection} is not a collection")
        if not isinstance(record, dict) or record.get("$type") != collection:
            raise SpecViolation(f"a record of {collection} has to say so in $type")
        if rkey is not None and definition["key"] == "tid" and not _TID.fullmatch(rkey):
            raise SpecViolation(f"{collection}: the record key {rkey!r} is not a TID")
        self.value(definition["record"], record, collection)

    def value(self, schema: Mapping[str, Any], value: object, where: str) -> None:
        """Check one value against one schema; `where` is its path."""
        match schema["type"]:
            case "ref":
                self.value(self._named(schema["ref"]), value, where)
            case "object":
                self._object(schema, value, where)
            case "union":
                self._union(schema, value, where)
            case "array":
                self._array(schema, value, where)
            case "string":
                self._string(schema, value, where)
            case "integer":
                self._integer(schema, value, where)
            case "boolean":
                _expect(isinstance(value, bool), where, "true or false")
                _expect(schema.get("const", value) == value, where, repr(schema.get("const")))
            case "unknown" | "blob" | "bytes":
                _expect(isinstance(value, dict), where, "an object")
            case other:
                raise SpecViolation(f"{where}: no check is written for {other}")

    def _named(self, name: str) -> Mapping[str, Any]:
        definition = self.definitions[name]
        return dict(definition["record"] if definition["type"] == "record" else definition)

    def _object(self, schema: Mapping[str, Any], value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise SpecViolation(f"{where} is not an object")
        properties = schema.get("properties", {})
        for name in schema.get("required", ()):
            _expect(name in value, f"{where}.{name}", "there")
        for name, part in value.items():
            if name == "$type":
                continue
            _expect(name in properties, f"{where}.{name}", "a field that the lexicon names")
            if part is None and name in schema.get("nullable", ()):
                continue
            self.value(properties[name], part, f"{where}.{name}")

    def _union(self, schema: Mapping[str, Any], value: object, where: str) -> None:
        if not isinstance(value, dict) or not isinstance(value.get("$type"), str):
            raise SpecViolation(f"{where} is not an object that names its $type")
        kind = value["$type"]
        name = kind if "#" in kind else f"{kind}#main"
        if name in schema["refs"] and name in self.definitions:
            self.value(self._named(name), value, where)

    def _array(self, schema: Mapping[str, Any], value: object, where: str) -> None:
        if not isinstance(value, list):
            raise SpecViolation(f"{where} is not a list")
        _expect(len(value) <= schema.get("maxLength", len(value)), where, f"at most {schema.get('maxLength')} long")
        _expect(len(value) >= schema.get("minLength", 0), where, f"at least {schema.get('minLength')} long")
        for index, item in enumerate(value):
            self.value(schema["items"], item, f"{where}[{index}]")

    @staticmethod
    def _string(schema: Mapping[str, Any], value: object, where: str) -> None:
        if not isinstance(value, str):
            raise SpecViolation(f"{where} is not a string")
        size = len(value.encode("utf-8", "surrogatepass"))
        _expect(size <= schema.get("maxLength", size), where, f"at most {schema.get('maxLength')} bytes")
        if "maxGraphemes" in schema and size > schema["maxGraphemes"]:
            graphemes = sum(1 for _ in _GRAPHEME.finditer(value))
            _expect(graphemes <= schema["maxGraphemes"], where, f"at most {schema['maxGraphemes']} graphemes")
        if "format" in schema:
            _expect(bool(_FORMATS[schema["format"]](value)), f"{where} ({value!r})", f"a {schema['format']}")

    @staticmethod
    def _integer(schema: Mapping[str, Any], value: object, where: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise SpecViolation(f"{where} is not an integer")
        _expect(value <= schema.get("maximum", value), where, f"at most {schema.get('maximum')}")
        _expect(value >= schema.get("minimum", value), where, f"at least {schema.get('minimum')}")

    @staticmethod
    def _typed(nsid: str, properties: Mapping[str, Any], pairs: tuple[tuple[str, str], ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in pairs:
            _expect(name in properties, f"{nsid}?{name}", "a parameter that the lexicon names")
            kind = properties[name]["type"]
            if kind == "array":
                values.setdefault(name, []).append(text)
                continue
            _expect(name not in values, f"{nsid}?{name}", "given once")
            values[name] = _parameter(kind, text, f"{nsid}?{name}")
        return values


def _parameter(kind: str, text: str, where: str) -> str | int | bool:
    if kind == "integer":
        _expect(text.lstrip("-").isdecimal(), where, "an integer")
        return int(text)
    if kind == "boolean":
        _expect(text in {"true", "false"}, where, "true or false")
        return text == "true"
    return text


def _expect(condition: bool, where: str, expected: str) -> None:  # noqa: FBT001 - reads as the sentence it makes
    if not condition:
        raise SpecViolation(f"{where} is not {expected}")
