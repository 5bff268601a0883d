"""A sentence for a person, kept as its English pattern and its values, so that each reader gets it in his language."""

from __future__ import annotations

import json
from dataclasses import field
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Saying:
    """`pattern` is English and the key of its translation; `{name}` stands for a value.

    Values are safe text, or sayings that are put in as a part of the sentence.
    """

    pattern: str
    values: Mapping[str, str | Saying] = field(default_factory=dict)

    def fill(self, pattern: str, speak: Callable[[Saying], str] = str) -> str:
        """Return `pattern`, ours or a translation of it, with the values put in once; values are not expanded again.

        `speak` turns a saying among the values into text.
        """
        out: list[str] = []
        rest = pattern
        while rest:
            before, brace, after = rest.partition("{")
            out.append(before)
            if not brace:
                break
            name, end, rest = after.partition("}")
            value = self.values.get(name, f"{{{name}{end}") if end else f"{{{name}"
            out.append(speak(value) if isinstance(value, Saying) else value)
        return "".join(out)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.fill(self.pattern)

    def to_json(self) -> str:
        """Return a form for a database; sayings among the values become English text."""
        return json.dumps([self.pattern, {name: str(value) for name, value in self.values.items()}], ensure_ascii=False)

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
    return Saying(pattern, {name: value if isinstance(value, Saying) else str(value) for name, value in values.items()})
