"""The `fields` parameter of the Graph API: names, modifiers and fields within fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.simulators.wire import SpecViolation

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"[a-z0-9_]+|[{}(),.]")


@dataclass(frozen=True, slots=True)
class Field:
    """One field that is asked for: `comments.limit(5){id}` has a modifier and one inner field."""

    name: str
    modifiers: Mapping[str, str]
    inner: tuple[Field, ...]


def parse_fields(text: str) -> tuple[Field, ...]:
    """Read a `fields` parameter. Raises SpecViolation for what is none."""
    if not text:
        return ()
    parser = _Parser(text)
    fields = parser.fields()
    if parser.peek():
        raise SpecViolation(f"the fields {text} do not end where they should")
    return fields


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = _TOKEN.findall(text)
        if "".join(self.tokens) != text:
            raise SpecViolation(f"the fields {text} have signs that mean nothing there")

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if not token or (wanted is not None and token != wanted):
            raise SpecViolation(f"the fields {self.text} lack {wanted or 'a name'}")
        return self.tokens.pop(0)

    def word(self) -> str:
        if not self.peek().replace("_", "").isalnum():
            raise SpecViolation(f"the fields {self.text} lack a name")
        return self.take()

    def fields(self) -> tuple[Field, ...]:
        found = [self.field()]
        while self.peek() == ",":
            self.take(",")
            found.append(self.field())
        return tuple(found)

    def field(self) -> Field:
        name = self.word()
        modifiers: dict[str, str] = {}
        while self.peek() == ".":
            self.take(".")
            modifier = self.word()
            self.take("(")
            modifiers[modifier] = self.word()
            self.take(")")
        inner: tuple[Field, ...] = ()
        if self.peek() == "{":
            self.take("{")
            inner = self.fields()
            self.take("}")
        return Field(name, modifiers, inner)
