"""Foreign text made harmless: for every screen, title, log line, command output and spreadsheet."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MARKS_PER_BASE = 8
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u200b\u2060\u2061\u2062\u2063\u2064\u2065"
    "\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0"
)
_INVISIBLE_RANGES = ((0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF))
"""Unassigned specials, shorthand and musical format controls, tags and the supplementary variation selectors."""
_FIRST_MARK = "\u0300"
_STAND_IN = "\N{REPLACEMENT CHARACTER}"
_FIRST_C1, _LAST_C1, _DELETE, _SPACE = 0x80, 0x9F, 0x7F, 0x20


def repair(text: str) -> str:
    """Return `text` fit for a database: lone surrogates and NUL become U+FFFD, nothing else changes."""
    if "\x00" in text:
        text = text.replace("\x00", _STAND_IN)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A pair of surrogates that a sloppy encoder wrote as two escapes is one character after all.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def safe(text: str, *, lines: bool = False, limit: int | None = None) -> str:
    """Return `text` with nothing in it that could steer a terminal, and everything a reader can see.

    Control characters become visible symbols, bidi controls U+FFFD; other invisible characters go; at most 8 marks
    stay on one base. Line ends stay only with `lines=True`, else they become spaces, as tabs always do.
    `limit` bounds the code points that are read; what is cut shows as an ellipsis. `safe(safe(x)) == safe(x)`.
    """
    if limit is not None and len(text) > limit:
        text = text[: max(0, limit - 1)] + "…"
    if text.isprintable() and (text.isascii() or max(text) < _FIRST_MARK):
        return text
    text = repair(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    out: list[str] = []
    marks = 0
    for char in text:
        shown = char if char == "\n" and lines else _shown(char)
        if shown is None:
            marks += 1
            if marks <= MARKS_PER_BASE and out and out[-1] != "\n":
                out.append(char)
        elif shown:
            marks = 0
            out.append(shown)
    return "".join(out)


@lru_cache(maxsize=8192)
def _shown(char: str) -> str | None:
    """Return what stands for a character, empty when it goes, None for a mark, which is to be counted."""
    code = ord(char)
    if char in "\n\t":
        return " "
    if code < _SPACE:
        return chr(0x2400 + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    if _FIRST_C1 <= code <= _LAST_C1 or char in _BIDI:
        return _STAND_IN
    if _invisible(char):
        return ""
    if (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return _STAND_IN
    return None if unicodedata.category(char) in {"Mn", "Me"} else char


def _invisible(char: str) -> bool:
    code = ord(char)
    return char in _INVISIBLE or any(first <= code <= last for first, last in _INVISIBLE_RANGES)


def row(text: str) -> str:
    """Return `text` safe and plain enough that every terminal agrees on its width: for list rows and names.

    Emoji presentation selectors, skin tones and the tail of joined emoji are dropped for display only, because
    terminals disagree by up to six cells on them, and one such cell shifts all that is right of it.
    """
    cleaned = safe(text)
    if cleaned.isascii():
        return cleaned
    out: list[str] = []
    joined = False
    for char in cleaned:
        code = ord(char)
        if char in "\u200c\ufe0e\ufe0f\u20e3" or 0x1F3FB <= code <= 0x1F3FF:
            continue
        if char == "\u200d":
            # Between letters of Indic scripts a joiner shapes the text; after a symbol it glues emoji.
            joined = bool(out) and unicodedata.category(out[-1]) == "So"
            continue
        if joined:
            joined = False
            if unicodedata.category(char) == "So":
                continue
        out.append(char)
    # What was dropped may have kept two stacks of marks apart.
    return safe("".join(out))


def first_line(text: str, limit: int) -> str:
    """Return the start of `text` as one safe line of at most `limit` code points."""
    return row(" ".join(text[: limit * 4].split()))[:limit]
