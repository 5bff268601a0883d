"""The border between text and terminal: the only place of the screen where text becomes something to draw.

Whatever is put on a `Line` is made harmless first, so no caller has to remember it, and nothing here is ever read as
markup. Every other module of the screen builds lines; none touches segments, strips or styles.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cminbox.domain.text import row, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_PATH = re.compile(r"\S*/\S{24,}")
_PATH_KEPT = 20
_FOLDERS = re.compile(r"(?<!\S)/\S+/(?=\S)")


class Ink(Enum):
    """What a piece of text means, as the style that shows it. Colours only repeat what text or letters say.

    The colours are the terminal's own sixteen, so they fit a light and a dark background alike.
    """

    PLAIN = Style()
    STRONG = Style(bold=True)
    FAINT = Style(dim=True)
    MARKED = Style(reverse=True)
    LATE = Style(color="red", bold=True)
    LATER_STILL = Style(color="red", bold=True, underline=True)
    SOON = Style(color="yellow", bold=True)
    WARN = Style(color="yellow")
    CALM = Style(color="green")
    HELD = Style(color="cyan", bold=True)
    FAILED = Style(color="red", reverse=True)
    OURS = Style(color="cyan")
    NOTE = Style(color="magenta")
    KEY = Style(bold=True, underline=True)

    def __init__(self, style: Style) -> None:
        self.style = style


_REVERSED = Style(reverse=True)
_CHOSEN = (_REVERSED, Style(reverse=True, bold=True))


class Line:
    """One line to draw, built from left to right; widths are in terminal cells."""

    __slots__ = ("_segments", "width")

    def __init__(self, text: str = "", ink: Ink = Ink.PLAIN) -> None:
        self._segments: list[Segment] = []
        self.width = 0
        if text:
            self.add(text, ink)

    def add(self, text: str, ink: Ink = Ink.PLAIN) -> Self:
        """Append text, made safe."""
        self._append(safe(text), ink)
        return self

    def column(self, text: str, width: int, ink: Ink = Ink.PLAIN, *, right: bool = False) -> Self:
        """Append text as a column of exactly `width` cells that every terminal agrees on: cut, or filled up."""
        if width <= 0:
            return self
        # Most of what a list shows is plain, and a page of it is a key's whole cost.
        plain = text.isascii() and text.isprintable()
        cleaned = text if plain else row(text)
        size = len(text) if plain else cell_len(cleaned)
        if size > width:
            cleaned = cleaned[: width - 1].rstrip() + "…" if plain else cut(cleaned, width)
            size = len(cleaned) if plain else cell_len(cleaned)
        gap = " " * (width - size)
        fitted, style = gap + cleaned if right else cleaned + gap, ink.style
        before = self._segments[-1] if self._segments else None
        if before is not None and before.style is style:
            # Fewer pieces are drawn in less time.
            self._segments[-1] = Segment(before.text + fitted, style)
        else:
            self._segments.append(Segment(fitted, style))
        self.width += width
        return self

    def fill(self, width: int, ink: Ink = Ink.PLAIN, *, character: str = " ") -> Self:
        """Append one character until the line is `width` cells wide."""
        if width > self.width:
            self._append(character * (width - self.width), ink)
        return self

    def within(self, width: int) -> Line:
        """Return the line itself where it fits, else shortened, in the ink of its start.

        Of long paths the end is kept, for what is said of them comes after, or the file's name alone where that is not
        enough; what is still too much goes at the end.
        """
        if self.width <= width or not self._segments:
            return self
        text = _PATH.sub(_end_of, str(self))
        text = cut(text if cell_len(text) <= width else _PATH.sub(_end_of, _FOLDERS.sub("", str(self))), width)
        short = Line()
        short._segments, short.width = [Segment(text, self._segments[0].style)], cell_len(text)
        return short

    def join(self, other: Line) -> Self:
        """Append what another line holds."""
        self._segments.extend(other._segments)
        self.width += other.width
        return self

    def strip(self, width: int, *, marked: bool = False) -> Strip:
        """Return the line as Textual draws it, exactly `width` cells wide; `marked` as the chosen one, in no colour."""
        segments = self._segments
        if marked:
            segments = [Segment(text, _CHOSEN[bool(style and style.bold)]) for text, style, _ in segments]
        gap = width - self.width
        if gap > 0:
            segments = [*segments, Segment(" " * gap, _REVERSED if marked else None)]
        strip = Strip(segments, max(self.width, width))
        return strip.crop(0, width) if gap < 0 else strip

    def __eq__(self, other: object) -> bool:
        """Whether both look the same."""
        return isinstance(other, Line) and self._segments == other._segments

    def __hash__(self) -> int:
        """Refuse: a line grows."""
        raise TypeError("a line cannot be hashed")

    def __str__(self) -> str:
        """Return the text alone."""
        return "".join(segment.text for segment in self._segments)

    def _append(self, text: str, ink: Ink) -> None:
        if text:
            self._segments.append(Segment(text, ink.style))
            self.width += cell_len(text)


EMPTY = Line()


def _end_of(path: re.Match[str]) -> str:
    return "…" + path[0][-_PATH_KEPT:]


def cut(text: str, width: int) -> str:
    """Return text of at most `width` cells; what is cut shows as an ellipsis. `text` is safe already."""
    if cell_len(text) <= width:
        return text
    return "" if width <= 0 else set_cell_size(text, width - 1).rstrip() + "…"


def cells(text: str) -> int:
    """Return how many cells a text takes once it is made safe."""
    return cell_len(safe(text))


def wrapped(text: str, width: int, *, indent: str = "", ink: Ink = Ink.PLAIN) -> list[Line]:
    """Return a text of any length as lines of at most `width` cells, broken at blanks where there are any."""
    room = max(1, width - cell_len(indent))
    return [Line(indent + piece, ink) for piece in _wrap(safe(text, lines=True), room)]


@lru_cache(256)
def _wrap(text: str, width: int) -> tuple[str, ...]:
    return tuple(piece for paragraph in text.split("\n") for piece in _wrap_paragraph(paragraph.rstrip(), width))


def _wrap_paragraph(text: str, width: int) -> Iterator[str]:
    line, used = "", 0
    for word, size in _words(text, width):
        if used + size > width and line:
            yield line.rstrip()
            line, used = "", 0
            if word.isspace():
                continue
        line += word
        used += size
    yield line.rstrip()


def _words(text: str, width: int) -> Iterator[tuple[str, int]]:
    """Yield words and the blanks between them with their width, words that no line could hold in pieces."""
    for word in _split(text):
        size = cell_len(word)
        if size <= width:
            yield word, size
            continue
        start = 0
        while start < len(word):
            piece = _longest_piece(word, start, width)
            yield piece, cell_len(piece)
            start += len(piece)


def _split(text: str) -> Iterator[str]:
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or (text[place] == " ") != (text[place - 1] == " "):
            yield text[start:place]
            start = place


def _longest_piece(word: str, start: int, width: int) -> str:
    # Looks only a little beyond the piece it returns: a word may be the whole of a huge message.
    low, high = 1, width
    while start + high < len(word) and cell_len(word[start : start + high]) <= width:
        low, high = high, high * 2
    while low < high:
        middle = (low + high + 1) // 2
        fits = cell_len(word[start : start + middle]) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return word[start : start + low]


def strips(lines: Iterable[Line], width: int) -> list[Strip]:
    """Return lines as Textual draws them."""
    return [line.strip(width) for line in lines]
