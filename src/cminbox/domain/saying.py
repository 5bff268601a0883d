"""A sentence for a person, kept as its English pattern and its values, so that each reader gets it in his language."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Saying:
    """`pattern` is English and the key of its translation; `{name}` stands for a value. Values are safe text."""

    pattern: str
    values: Mapping[str, str] = field(default_factory=dict)

    def fill(self, pattern: str) -> str:
        """Return `pattern`, ours or a translation of it, with the values put in once; values are not expanded again."""
        out: list[str] = []
        rest = pattern
        while rest:
            before, brace, after = rest.partition("{")
            out.append(before)
            if not brace:
                break
            name, end, rest = after.partition("}")
            out.append(self.values.get(name, f"{{{name}{end}") if end else f"{{{name}")
        return "".join(out)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.fill(self.pattern)

    def to_json(self) -> str:
        """Return a form for a database."""
        return json.dumps([self.pattern, dict(self.values)], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Saying:
        """Read what `to_json` wrote; any other text is a pattern without values."""
        try:
            pattern, values = json.loads(text)
            return cls(str(pattern), {str(k): str(v) for k, v in values.items()})
        except (ValueError, TypeError, AttributeError):
            return cls("{text}", {"text": text})


def say(pattern: str, **values: object) -> Saying:
    """Return a saying; the pattern is found by the extraction of translatable strings."""
    return Saying(pattern, {name: str(value) for name, value in values.items()})
