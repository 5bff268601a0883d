"""The text of a canned reply's file: the body, then the words that are meant for single networks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cminbox.domain.canned import FaultKind, Variant
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.suggestions.head_values import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = re.compile(r"---\s+([\w\-]+(?:\s*,\s*[\w\-]+)*)\s+---\s*", re.ASCII)
MOST_VARIANTS = 50


@dataclass(frozen=True, slots=True)
class Bodies:
    """The texts, safe to show. `text` is empty when there is none."""

    text: str
    variants: tuple[Variant, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    networks: tuple[str, ...]
    line: int
    lines: list[str]

    @property
    def text(self) -> str:
        """The lines without control characters and without blank lines around."""
        return safe("\n".join(self.lines), lines=True).strip()


def read_bodies(text: str, first_line: int) -> Bodies:
    """Return the texts of what stands after the front matter; `first_line` is its line in the file."""
    blocks = _blocks(text, first_line)
    own = [block for block in blocks[1:] if block.text][:MOST_VARIANTS]
    variants = tuple(Variant(block.networks, block.text) for block in own)
    return Bodies(blocks[0].text, variants, tuple(_remarks(blocks, text, first_line)))


def _blocks(text: str, first_line: int) -> list[_Block]:
    blocks = [_Block((), first_line, [])]
    for number, line in enumerate(text.split("\n"), first_line):
        header = HEADER.fullmatch(line)
        if header is None:
            blocks[-1].lines.append(line)
        else:
            blocks.append(_Block(tuple(name.strip().lower() for name in header[1].split(",")), number, []))
    return blocks


def _remarks(blocks: list[_Block], text: str, first_line: int) -> Iterator[Remark]:
    for block in blocks[1:]:
        if not block.text:
            yield Remark(
                FaultKind.NO_BODY,
                block.line,
                say("there is no text for {networks}", networks=", ".join(block.networks)),
                say("write it below this line, or take the line out"),
            )
    for number, line in enumerate(text.split("\n"), first_line):
        if safe(line) != line.replace("\t", " "):
            yield Remark(
                FaultKind.HIDDEN_CHARACTERS,
                number,
                say("there are control or invisible characters, which were made visible or taken out"),
                say("type this line anew"),
            )
            return
