"""The way out of a command: lines for people, JSON Lines for programs, both harmless to the terminal they meet."""

from __future__ import annotations

import csv
import json
import unicodedata
from typing import TYPE_CHECKING, Any

from cminbox.domain.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

_GAP = "  "
_FORMULA_SIGNS = frozenset("=+-@＝＋－＠")  # noqa: RUF001 - spreadsheets take the full-width signs for the same


class Output:
    """Writes what a command has to say to its standard output."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._all_letters = "utf" in (stream.encoding or "utf-8").lower()

    def line(self, text: str = "") -> None:
        """Write one line of ours; foreign text in it was made `safe` by the caller."""
        self._stream.write(f"{text}\n")

    def block(self, text: str, indent: str = "") -> None:
        """Write foreign text of several lines, made safe, each behind `indent`."""
        for line in safe(text, lines=True).split("\n"):
            self.line(f"{indent}{line}".rstrip())

    def json(self, value: Mapping[str, Any]) -> None:
        """Write one JSON object as one line, exact when parsed, whatever letters the stream can carry."""
        text = to_json(value)
        self.line(text if self._all_letters else "".join(char if char.isascii() else _escaped(char) for char in text))

    def csv(self, rows: Iterable[Sequence[object]]) -> None:
        """Write rows for a spreadsheet, which takes no cell for a formula; None is an empty cell."""
        writer = csv.writer(self._stream, lineterminator="\n")
        for row in rows:
            writer.writerow([_cell(value) for value in row])

    def table(self, rows: Iterable[Sequence[str]]) -> None:
        """Write rows of safe cells in columns; the last cell of a row is as long as it is."""
        kept = [list(row) for row in rows]
        widths = [max(cells(row[at]) for row in kept) for at in range(len(kept[0]) - 1)] if kept else []
        for row in kept:
            padded = [cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=False)]
            self.line(_GAP.join([*padded, row[-1]]).rstrip())

    def flush(self) -> None:
        """Hand over what was written."""
        self._stream.flush()


def _cell(value: object) -> object:
    """Return a value as a harmless cell: text that a spreadsheet would compute gets an apostrophe before it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return value
    text = safe(value, lines=True)
    return f"'{text}" if text.lstrip()[:1] in _FORMULA_SIGNS else text


def to_json(value: Mapping[str, Any]) -> str:
    """Return `value` as one line of JSON with readable letters and nothing that could steer a terminal.

    What `safe` would change (control characters, bidi marks, invisible ones) stands as its escape, so that the text
    is exact for a program that parses it.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _plain(char) else _escaped(char) for char in text)


def cells(text: str) -> int:
    """Return how many terminal cells a safe text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _plain(char: str) -> bool:
    """Whether a character of a JSON text may stand as it is."""
    if char.isascii():
        return char.isprintable()
    # Behind a letter a combining mark is everyday text, which `safe` leaves alone.
    return safe(f"a{char}") == f"a{char}"


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1]
