"""What stands in headers: encoded words, addresses, dates, in all the forms that other programs give them."""

from __future__ import annotations

import binascii
import codecs
import quopri
import re
from dataclasses import dataclass
from email.utils import getaddresses, parsedate_to_datetime

from cminbox.domain.text import repair
from cminbox.network_kit.text import plain

LONGEST_HEADER = 16_000
MOST_ADDRESSES = 50
_ENCODED = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]{0,4000})\?=")
_SAFE_CODECS = re.compile(
    r"utf-(8|16|32)(-sig|-[bl]e)?|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|big5\w*|gb\w+|hz|shift_jis\w*|"
    r"euc_\w+|iso2022_\w+|johab|ptcp154|tis-620|kz1048",
)
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"/]{1,253}")
_ANGLE = re.compile(r"([^<>,]{0,500})<([^<>\s]{3,320})>")
_FOLDED = re.compile(r"\r?\n[ \t]*")
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
_LENIENT = frozenset({"ascii", "iso8859-1", "cp1252"})
"""Declared by programs that never asked what they were sending."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address with the name before it, both cleaned."""

    address: str
    name: str = ""


def decoded(content: bytes, charset: str) -> str:
    """Return text whatever its charset says: declared ones are tried first, but bytes do not lie."""
    name = _codec(charset)
    if name in _LENIENT or not name:
        # What is valid UTF-8 beyond ASCII is hardly ever anything else.
        return _strictly(content, "utf-8") or content.decode("cp1252", "replace")
    text = _strictly(content, name)
    if text is None:
        text = _strictly(content, "utf-8")
    return content.decode("cp1252", "replace") if text is None else text


def _strictly(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _codec(charset: str) -> str:
    """Return Python's name of a charset, empty for none that is known and made for text."""
    try:
        name = codecs.lookup(charset.strip().strip("'\"")[:40]).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    return name if _SAFE_CODECS.fullmatch(name) else ""


def header_text(value: str) -> str:
    """Return a header as a person reads it: one line, encoded words decoded, no control characters."""
    value = _FOLDED.sub(" ", _from_wire(value[:LONGEST_HEADER]))
    out: list[str] = []
    at, pending, charset = 0, b"", ""
    for found in _ENCODED.finditer(value):
        between = value[at : found.start()]
        content = _word(found[2], found[3])
        if pending and not between.strip() and found[1].lower() == charset:
            # Some programs cut a letter in two: its halves are joined before they are read.
            pending += content
        else:
            out.append(decoded(pending, charset))
            out.append("" if pending and not between.strip() else between)
            pending, charset = content, found[1].lower()
        at = found.end()
    out += [decoded(pending, charset), value[at:]]
    return " ".join(plain(repair("".join(out))).split())


def _word(encoding: str, content: str) -> bytes:
    raw = content.encode("ascii", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw, header=True)
    return from_base64(raw)


def from_base64(raw: bytes) -> bytes:
    """Return what base64 stands for, as far as it can be read."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    try:
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


def _from_wire(value: str) -> str:
    """Return a header in which bytes beyond ASCII, which may not be there, are letters."""
    if value.isascii():
        return value
    return decoded(value.encode("ascii", "surrogateescape") if _has_escapes(value) else value.encode(), "utf-8")


def _has_escapes(value: str) -> bool:
    return all(ord(char) < 128 or 0xDC80 <= ord(char) <= 0xDCFF for char in value)  # noqa: PLR2004 - code points


def addresses(values: list[str]) -> tuple[Address, ...]:
    """Return the addresses of headers; what is none is left out."""
    joined = [_FOLDED.sub(" ", _from_wire(value[:LONGEST_HEADER])).replace("\x00", "") for value in values]
    try:
        pairs = getaddresses(joined)[:MOST_ADDRESSES]
    except (ValueError, IndexError, RecursionError):
        pairs = []
    if not pairs or any("=?" in address or "?=" in address for _, address in pairs):
        # A name with an @ or a colon in it, not quoted: what stands in angle brackets is the address.
        pairs = [(found[1], found[2]) for value in joined for found in _ANGLE.finditer(value)][:MOST_ADDRESSES]
    kept = tuple(one for one in (_address(name, address) for name, address in pairs) if one is not None)
    if kept:
        return kept
    bare = (_address("", one) for value in joined for one in _ADDRESS.findall(value)[:1])
    return tuple(one for one in bare if one is not None)


def _address(name: str, address: str) -> Address | None:
    bare = "".join(address.split())
    if not _ADDRESS.fullmatch(bare) or not bare.isprintable():
        return None
    return Address(repair(bare), header_text(name)[:200])


def instant(value: str) -> int | None:
    """Return a Date header as UTC milliseconds, None for one that cannot be read or is not plausible."""
    try:
        moment = parsedate_to_datetime(value[:200])
        at = round(moment.timestamp() * 1000)
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return at if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None
