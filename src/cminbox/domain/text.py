"""Foreign text made harmless: for every screen, title, log line, command output and spreadsheet."""

from __future__ import annotations

import unicodedata

MARKS_PER_BASE = 8
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
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
    if text.isascii() and text.isprintable():
        return text
    text = repair(text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    out: list[str] = []
    marks = 0
    for char in text:
        if unicodedata.category(char) in {"Mn", "Me"}:
            marks += 1
            if marks > MARKS_PER_BASE or (not out or out[-1] == "\n"):
                continue
            out.append(char)
            continue
        shown = _shown(char, lines=lines)
        if shown:
            marks = 0
            out.append(shown)
    return "".join(out)


def _shown(char: str, *, lines: bool) -> str:
    code = ord(char)
    if char == "\n":
        return "\n" if lines else " "
    if char == "\t":
        return " "
    if code < _SPACE:
        return chr(0x2400 + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    if _FIRST_C1 <= code <= _LAST_C1 or char in _BIDI:
        return _STAND_IN
    if char in _INVISIBLE or 0xFFF9 <= code <= 0xFFFB or 0xE0000 <= code <= 0xE0FFF:
        return ""
    if (code & 0xFFFE) == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return _STAND_IN
    return char


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
    return "".join(out)


def first_line(text: str, limit: int) -> str:
    """Return the start of `text` as one safe line of at most `limit` code points."""
    return row(" ".join(text[: limit * 4].split()))[:limit]
