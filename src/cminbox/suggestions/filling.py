"""Placeholders of canned replies: put in once, by plain replacement; what nobody knows is marked for the agent to type.

    {name}      a value that the program knows
    {order?}    free: the agent types it, at the cursor
    {{ and }}   braces

A place that is still to be typed is written `⟦order⟧`: brackets that nobody types in an answer, so that braces of a
customer or an agent are never taken for one. They are allowed nowhere else in a filled text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KNOWN = ("name", "handle", "account", "agent", "link", "hours", "due")
"""The placeholders that the program fills."""
OPENS, CLOSES = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{ *(?P<name>[^\s{}?](?:[^{}?\n]{0,58}[^\s{}?])?) *(?P<free>\?)? *\}")
_BLANK = re.compile(f"{OPENS}([^{OPENS}{CLOSES}\n]*){CLOSES}|[{OPENS}{CLOSES}]")
_ORDINARY = str.maketrans({OPENS: "[", CLOSES: "]"})


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder as it is written in a body; `start` and `end` are offsets. `free` is `{order?}`."""

    name: str
    free: bool
    start: int
    end: int

    @property
    def dead(self) -> bool:
        """Whether nothing will ever fill it, and it does not say that the agent is to."""
        return not self.free and self.name not in KNOWN


@dataclass(frozen=True, slots=True)
class Blank:
    """A place that is still to be typed; `text[start:end]` is its mark, `name` the placeholder's.

    `label` is what the mark calls it, where that is something else than its name.
    """

    name: str
    start: int
    end: int
    label: str = ""

    @property
    def called(self) -> str:
        """What a person is asked for."""
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Filled:
    """A reply with all that is known put in; it can be sent when there are no blanks."""

    text: str
    blanks: tuple[Blank, ...] = ()


def placeholders(body: str) -> list[Placeholder]:
    """Return the placeholders of a body in their order."""
    return [
        Placeholder(found["name"], found["free"] is not None, found.start(), found.end())
        for found in _PLACEHOLDER.finditer(body)
        if found["name"] is not None
    ]


def fill(body: str, values: Mapping[str, str], labels: Mapping[str, str] | None = None) -> Filled:
    """Put values in the place of placeholders, in one pass: what a value holds is never expanded.

    A placeholder without a value, or with an empty one, becomes a blank. `labels` are what blanks are called where that
    is something else than their names.
    """
    called = {} if labels is None else labels
    out: list[str] = []
    blanks: list[Blank] = []
    length = 0
    for text, name in _pieces(body):
        piece = text
        if name is not None:
            value = values.get(name, "")
            label = called.get(name, "").translate(_ORDINARY)
            piece = value.translate(_ORDINARY) or mark(label or name)
            if not value:
                blanks.append(Blank(name, length, length + len(piece), label))
        out.append(piece)
        length += len(piece)
    return Filled("".join(out), tuple(blanks))


def mark(name: str) -> str:
    """Return what stands in a text where `name` is still to be typed."""
    return f"{OPENS}{name}{CLOSES}"


def unfilled(text: str) -> tuple[Blank, ...]:
    """Return what is still to be typed in a text, half a mark included: a text with any cannot be sent."""
    if OPENS not in text and CLOSES not in text:
        return ()
    return tuple(Blank(found[1] or found[0], found.start(), found.end()) for found in _BLANK.finditer(text))


def _pieces(body: str) -> Iterator[tuple[str, str | None]]:
    """Yield the body in pieces: text to keep, or the name of a placeholder."""
    at = 0
    for found in _PLACEHOLDER.finditer(body):
        yield body[at : found.start()].translate(_ORDINARY), None
        name = found["name"]
        if name is None:
            yield found[0][0], None
        else:
            yield found[0], name.translate(_ORDINARY)
        at = found.end()
    yield body[at:].translate(_ORDINARY), None
