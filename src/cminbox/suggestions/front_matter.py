"""The head of a canned reply's file: YAML between two lines `---`, read as plain values, each with its line.

Only scalars, lists of scalars and one mapping within the head are read. Nothing is constructed: no tags, no anchors
and no aliases, with which a few lines can mean gigabytes.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

import yaml

from cminbox.domain.saying import Saying, say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

FENCE = "---"
_DEEPEST = 3
"""How deep values may be nested: the head, a macro, a list in it."""
_MOST = 5_000
"""How many values a head may have."""
_LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SHOWN = 80


class FrontMatterError(Exception):
    """A head that cannot be read: where, what is wrong, and the mend."""

    def __init__(self, line: int, sentence: Saying, mend: Saying) -> None:
        super().__init__(str(sentence))
        self.line = line
        self.sentence = sentence
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it is written. `kind` is what YAML takes it for: str, int, bool, null, timestamp, float."""

    text: str
    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values."""

    items: tuple[Scalar, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; `lines` are those of its keys."""

    values: Mapping[str, Value]
    lines: Mapping[str, int]
    line: int


Value = Scalar | Items | Table


@dataclass(frozen=True, slots=True)
class Parts:
    """A file taken apart; without a head the whole of it is the body. `body_line` counts from 1."""

    head: Table | None
    body: str = field(repr=False)
    body_line: int


def take_apart(text: str) -> Parts:
    """Return the head and the body of a file. Raises FrontMatterError for a head that is not as it should be."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != FENCE:
        return Parts(None, "\n".join(lines), 1)
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == FENCE), None)
    if end is None:
        raise FrontMatterError(1, say("its front matter never ends"), say("add a line “---” before the text"))
    return Parts(_head("\n".join(lines[1:end])), "\n".join(lines[end + 1 :]), end + 2)


def _head(text: str) -> Table:
    """Read the lines between the fences; the first of them is line 2 of the file."""
    try:
        _check(text)
        node = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FrontMatterError(
            2 + (mark.line if mark is not None else 0),
            say("its front matter is not valid YAML ({reason})", reason=safe(error.problem or "", limit=_SHOWN)),
            say("put texts with a colon or a # in them between quotes, and indent with blanks alone"),
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise FrontMatterError(
            2,
            say(
                "its front matter is not valid YAML ({reason})",
                reason=safe(str(error).partition("\n")[0], limit=_SHOWN),
            ),
            say("take out what cannot be seen, such as control characters"),
        ) from None
    if node is None:
        return Table({}, {}, 2)
    if not isinstance(node, yaml.MappingNode):
        raise FrontMatterError(
            2,
            say("its front matter is not a list of keys with values"),
            say("write one “key: value” a line, such as “title: Refund”"),
        )
    return _table(node)


def _check(text: str) -> None:
    """Refuse, before anything is built, what can blow up: aliases, depth, number. Raises FrontMatterError."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, _LOADER)):
        line = 2 + (event.start_mark.line if event.start_mark is not None else 0)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise FrontMatterError(
                line,
                say("its front matter uses anchors or aliases (& and *), which are not read here"),
                say("write the value out, or put it between quotes if it is a text"),
            )
        if isinstance(event, yaml.DocumentStartEvent) and event.explicit:
            raise FrontMatterError(
                line, say("its front matter has several documents"), say("keep the lines up to the first “---” alone")
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or count > _MOST:
            raise FrontMatterError(
                line,
                say("its front matter is nested too deep or has too many values"),
                say("keep to the keys of cminbox guide canned-replies"),
            )


def _table(node: yaml.MappingNode) -> Table:
    values: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = _line(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            raise FrontMatterError(
                line, say("a key of its front matter is not a word"), say("write keys such as “title:” before values")
            )
        key = safe(key_node.value, limit=_SHOWN)
        if key in values:
            raise FrontMatterError(line, say("“{key}” stands there twice", key=key), say("keep one of them"))
        values[key] = _value(value_node)
        lines[key] = line
    return Table(values, lines, _line(node))


def _value(node: yaml.Node) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_scalar(item) for item in node.value), _line(node))
    if isinstance(node, yaml.MappingNode):
        return _table(node)
    raise TypeError(f"no node of YAML: {node!r}")


def _scalar(node: yaml.Node) -> Scalar:
    if not isinstance(node, yaml.ScalarNode):
        raise FrontMatterError(
            _line(node),
            say("a list of its front matter holds something that is neither a text nor a number"),
            say("write one text an entry, between quotes if it has a colon in it"),
        )
    family, _, kind = node.tag.rpartition(":")
    if family != "tag:yaml.org,2002":
        raise FrontMatterError(
            _line(node),
            say("its front matter uses a tag ({tag}), which is not read here", tag=safe(node.tag, limit=_SHOWN)),
            say("write the value without it, or between quotes"),
        )
    return Scalar(node.value, kind, _line(node))


def _line(node: yaml.Node) -> int:
    return 2 + int(node.start_mark.line)
