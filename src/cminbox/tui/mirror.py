"""What the terminal shows, kept cell by cell, so that only what differs is sent.

Textual sends every cell of the regions it repaints. Over a slow link that is most of the cost of a key, and a clock
that ticks would resend its whole row. The mirror compares with what was sent before and writes the difference.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby, repeat
from operator import is_, is_not, itemgetter
from typing import TYPE_CHECKING, cast

from rich.cells import split_graphemes
from textual._compositor import ChopsUpdate, LayoutUpdate

from cminbox.domain.text import safe
from cminbox.tui.compositing import Pieces
from cminbox.tui.themes import ANSI, Paint, Theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.color import ColorSystem
    from rich.segment import Segment
    from textual._compositor import CompositorUpdate
    from textual.strip import Strip

Cell = tuple[str, str]
"""A character with all its marks, and the SGR parameters it is drawn with; the second half of a wide one is empty."""

_RUN = re.compile(rb"\x01+(?:\x00{1,5}\x01+)*")
"""Cells to send, where 1 is one that has changed: up to five others between two cost less than to jump over them."""
_ERASABLE = 8
"""From so many blanks on, erasing them costs less than writing them."""
_BLANK: Cell = (" ", "")
_SGR = itemgetter(1)
_MOST_DRAWN = 4096
_SINGLE = re.compile("[ -~\u00a0-\u02ff\u2010-\u2027\u2030-\u205e\u2500-\u257f]*")
"""Text of which each character is one cell of its own: letters of Western Europe, marks of punctuation, frames."""
_EMOJI = 0x1F000
_VARIANTS = "\ufe0e\ufe0f"
_ASCII = {
    "·": ".",
    "─": "-",
    "│": "|",
    "→": ">",
    "✓": "+",
    "…": "~",
    "“": '"',
    "”": '"',
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "—": "-",
    "⟦": "[",
    "⟧": "]",
}


class Mirror:
    """The cells of one terminal. `colours` is None where no colour may be written, `theme` says what they look like.

    Where `unicode` is False every sign is written as the ASCII character closest to it.
    """

    def __init__(self, colours: ColorSystem | None, *, unicode: bool = True, theme: Theme = ANSI) -> None:
        self._paint = Paint(colours, theme)
        self._unicode = unicode
        self._rows: dict[int, list[Cell | None]] = {}
        self._joined: set[int] = set()
        """The rows in which a character with marks has stood since they were drawn whole."""
        self._width = 0

    def wear(self, theme: Theme) -> None:
        """Draw in the colours of another theme from now on; everything is to be drawn again."""
        self._paint = Paint(self._paint.colours, theme)
        self.forget()

    def forget(self) -> None:
        """Take nothing for granted any more: after a resize, a suspension, or a person's wish to redraw."""
        self._rows.clear()
        self._joined.clear()

    def draw(self, update: CompositorUpdate, width: int, height: int) -> str | None:
        """Return what to write so that the terminal shows `update`; None when this kind of update is not known.

        What lies outside of the terminal is left out: while a size changes, a frame of the one before may still come.
        """
        if width != self._width:
            self.forget()
            self._width = width
        pieces: Iterable[tuple[int, int, Strip]]
        if isinstance(update, Pieces):
            pieces = update.pieces
        elif isinstance(update, LayoutUpdate):
            pieces = _whole(update)
        elif isinstance(update, ChopsUpdate):
            pieces = _spans(update)
        else:
            return None
        wanted: dict[int, list[Cell | None]] = {}
        for y, x, strip in pieces:
            if x >= width or y >= height:
                continue
            shown = self._rows.setdefault(y, [None] * width)
            new = wanted.setdefault(y, list(shown))
            found = self._cells(strip, y)[: width - x]
            new[x : x + len(found)] = found
        out: list[str] = []
        for y, new in wanted.items():
            out.extend(_changes(y, self._rows[y], new, joined=y in self._joined))
            self._rows[y] = new
        return "".join(out)

    def _cells(self, strip: Strip, y: int) -> list[Cell | None]:
        cells: list[Cell | None] = []
        for segment in strip:
            found, joined = _cells_of(segment, self._paint)
            if joined:
                self._joined.add(y)
            cells.extend(found)
        return cells if self._unicode else [cell and _drawn(cell[1])[in_ascii(cell[0])] for cell in cells]


def _whole(update: LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    for y, line in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in line:
            yield y, x, strip
            x += strip.cell_length


def _spans(update: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Yield the pieces that Textual would write, as it would cut them."""
    for y, first, last in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > last or end <= first:
                continue
            whole = first <= x < last and end <= last
            yield y, x, strip if whole else strip.crop(0, min(end, last) - x)


@lru_cache(2048)
def in_ascii(character: str) -> str:
    """Return the ASCII sign closest to a character; a wide one fills two cells with two signs."""
    if character.isascii():
        return character or "."
    base = unicodedata.normalize("NFKD", _ASCII.get(character[0], character[0]))[0]
    return base if base.isascii() else "?"


class _Drawn(dict[str, Cell]):
    """The cells of one style, each made once, so that nearly all that are equal are one and the same.

    Rows are compared by that: a cell that was forgotten and made again is sent again, which does no harm.
    """

    def __init__(self, sgr: str) -> None:
        super().__init__()
        self._sgr = sgr

    def __missing__(self, character: str) -> Cell:
        """Make the cell of a character with all its marks."""
        if len(self) >= _MOST_DRAWN:
            self.clear()
        cell = self[character] = _BLANK if character == " " and not self._sgr else (character, self._sgr)
        return cell


_drawn = lru_cache(256)(_Drawn)


def _cells_of(segment: Segment, paint: Paint) -> tuple[Iterable[Cell], bool]:
    """Return the cells of a segment, and whether a character with marks is among them."""
    sgr = "" if segment.style is None else paint.sgr(segment.style)
    text = segment.text
    if not text.isprintable():
        # The last border: whatever a widget of Textual's own let through steers no terminal.
        text = safe(text)
    if text.isascii() or _SINGLE.fullmatch(text):
        return map(_drawn(sgr).__getitem__, text), False
    return _wide_cells(text, sgr)


@lru_cache(2048)
def _wide_cells(text: str, sgr: str) -> tuple[tuple[Cell, ...], bool]:
    cells: list[Cell] = []
    drawn = _drawn(sgr)
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells.append(drawn[text[start:end]])
            cells.extend([drawn[""]] * (width - 1))
        elif cells:
            cells[-1] = drawn[cells[-1][0] + text[start:end]]
    return tuple(cells), any(len(character) > 1 for character, _sgr in cells)


def _changes(y: int, old: list[Cell | None], new: list[Cell | None], *, joined: bool) -> Iterator[str]:
    if old == new:
        return
    blank_from = _blank_from(new)
    for start, end in _runs(old, new, joined=joined):
        yield f"\x1b[{y + 1};{start + 1}H"
        yield _written(new, start, end, blank_from)
        if end > blank_from:
            return


def _runs(old: list[Cell | None], new: list[Cell | None], *, joined: bool) -> list[tuple[int, int]]:
    """Return the spans to write, joined where the gap between two is short; `joined` says that marks may be there."""
    if not any(old):
        return [(0, len(new))]
    # Every cell of every row that is drawn passes here, so the comparison is left to C.
    runs = [found.span() for found in _RUN.finditer(bytes(map(is_not, old, new)))]
    end = runs[-1][1]
    unsure = min(_first_joined(old, end), _first_joined(new, end)) if joined else end
    if end > unsure:
        # Terminals disagree on the width of such a cluster, so whatever is right of it may stand elsewhere.
        runs = [(start, min(end, unsure)) for start, end in runs if start < unsure]
        runs.append((unsure, len(new)))
    return [_whole_characters(new, *run) for run in runs]


def _first_joined(cells: list[Cell | None], end: int) -> int:
    """Return where the first character with marks stands, `end` when there is none before."""
    return next((x for x, cell in enumerate(cells[:end]) if cell is not None and len(cell[0]) > 1), end)


def _in_place(text: str, x: int, width: int) -> str:
    """Return a cluster on blanks, and the move to the cell behind it, wherever the terminal takes that to be."""
    below = f"{' ' * width}\x1b[{x + 1}G" if width > 1 else ""
    return f"{below}{text}\x1b[{x + width + 1}G"


@lru_cache(2048)
def _disputed(text: str, width: int) -> bool:
    """Whether terminals take different numbers of cells for a character: joined and newer emoji, spacing marks."""
    if len(text) == 1:
        return width > 1 and ord(text) >= _EMOJI
    return len(text) > 1 and any(unicodedata.category(char) != "Mn" or char in _VARIANTS for char in text[1:])


def _whole_characters(cells: list[Cell | None], start: int, end: int) -> tuple[int, int]:
    while start > 0 and _second_half(cells[start]):
        start -= 1
    while end < len(cells) and _second_half(cells[end]):
        end += 1
    return start, end


def _second_half(cell: Cell | None) -> bool:
    return cell is not None and not cell[0]


def _blank_from(cells: list[Cell | None]) -> int:
    """Return where the blanks begin that reach to the edge, the row's length when there are too few to erase."""
    start = len(bytes(map(is_, cells, repeat(_BLANK))).rstrip(b"\x01"))
    return start if len(cells) - start >= _ERASABLE else len(cells)


def _written(cells: list[Cell | None], start: int, end: int, blank_from: int) -> str:
    """Return the characters of a span with the SGR sequences between them, leaving plain text plain."""
    out: list[str] = []
    current, x = "", start
    shown = cells[start : min(end, blank_from)]
    known = cast("list[Cell]", shown) if all(shown) else [cell or _BLANK for cell in shown]
    for sgr, group in groupby(known, _SGR):
        if sgr != current:
            reset = "0" if current else ""
            out.append(f"\x1b[{reset}{';' if reset and sgr else ''}{sgr}m")
            current = sgr
        texts = [text for text, _sgr in group]
        plain = "".join(texts)
        single = plain.isascii() or _SINGLE.fullmatch(plain) is not None
        out.append(plain if single else "".join(_placed(texts, x, cells)))
        x += len(texts)
    if current:
        out.append("\x1b[0m")
    if end > blank_from:
        out.append("\x1b[K")
    return "".join(out)


def _placed(texts: Sequence[str], x: int, cells: list[Cell | None]) -> Iterator[str]:
    """Yield characters, those whose width terminals dispute with moves to where the next one belongs."""
    for at, text in enumerate(texts, x):
        width = 2 if at + 1 < len(cells) and _second_half(cells[at + 1]) else 1
        yield _in_place(text, at, width) if _disputed(text, width) else text
