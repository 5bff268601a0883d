"""Weighted characters, as X counts them: most count two, those of the Latin and its sister alphabets one.

A web address counts the same whatever its length, also one without https://, and an emoji counts two whatever it is
made of. The weights are those of version 3 of the configuration that X publishes.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

URL_LENGTH = 23
EMOJI_WEIGHT = 2
_LONGEST_URL = 4096
_LONGEST_LABEL = 63
_LONGEST_SLUG = 40
_ENCODED = "xn--"

_HEAVY = regex.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_ELEMENT = r"(?:\p{Emoji}\ufe0f?\p{EMod}?\ufe0f?)"
_EMOJI = regex.compile(
    r"\p{RI}\p{RI}"
    r"|[0-9#*]\ufe0f?\u20e3"
    r"|\p{Emoji}\ufe0f?\p{EMod}?[\U000e0020-\U000e007e]+\U000e007f"
    rf"|(?![0-9#*]){_ELEMENT}(?:\u200d{_ELEMENT}){{1,3}}"
    r"|(?![0-9#*])(?:\p{EBase}\ufe0f?\p{EMod}|\p{EPres}\ufe0f?|\p{Emoji}\ufe0f)"
)
"""A flag, a keycap, a flag of a region, people joined, one alone."""

_ACCENTED = (
    r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b"
    r"\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_LETTER = r"[^!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$\s\p{Cc}\ufffe\ufeff\uffff\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]"
_IN_PATH = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_ACCENTED}]"
_ENDS_PATH = rf"[+\-a-z\u0400-\u04ff0-9=_#/{_ACCENTED}]"
_BRACKETS = rf"\({_IN_PATH}*+(?:\({_IN_PATH}++\){_IN_PATH}*+)?\)"
_PATH = rf"/(?:{_IN_PATH}*+{_BRACKETS}|{_IN_PATH}*{_ENDS_PATH})*"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
_TAIL = rf"(?::[0-9]++)?(?P<path>{_PATH})?(?P<query>{_QUERY})?"
_SHORT = regex.compile(rf"https?://t\.co/(?P<slug>[a-z0-9]+)(?:{_QUERY})?", regex.IGNORECASE)


def length(text: str, url_length: int = URL_LENGTH) -> int:
    """Return the weighted length of a text."""
    text = unicodedata.normalize("NFC", text)
    counted, at = 0, 0
    for start, end in _spans(text):
        counted += _plain_length(text[at:start]) + url_length
        at = end
    return counted + _plain_length(text[at:])


def urls(text: str) -> list[str]:
    """Return what is taken for a web address in a text, in its order."""
    text = unicodedata.normalize("NFC", text)
    return [text[start:end] for start, end in _spans(text)]


def _plain_length(text: str) -> int:
    if text.isascii():
        return len(text)
    bare, emoji = _EMOJI.subn("", text)
    return len(bare) + len(_HEAVY.findall(bare)) + emoji * EMOJI_WEIGHT


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where web addresses begin and end."""
    if "." not in text:
        return
    for match in _url().finditer(text):
        whole: str = match[0]
        host = match["host"] or match["bare"]
        if len(whole) > _LONGEST_URL or not all(_is_label(label) for label in host.split(".")):
            continue
        short = _SHORT.match(whole) if match["host"] else None
        if short is None:
            yield match.span()
        elif len(short["slug"]) <= _LONGEST_SLUG:
            yield match.start(), match.start() + short.end()


def _is_label(label: str) -> bool:
    """Whether a part of a host's name is one that the net can carry."""
    if label.isascii():
        return len(label) <= _LONGEST_LABEL
    try:
        encoded = label.lower().encode("punycode")
    except UnicodeError:
        return False
    return not label.lower().startswith(_ENCODED) and len(_ENCODED) + len(encoded) <= _LONGEST_LABEL


@cache
def _url() -> regex.Pattern[str]:
    """Return the pattern of a web address; it knows every top-level domain, and is built when it is needed first."""
    names = files("cminbox.network_kit").joinpath("top_level_domains.txt").read_text(encoding="utf-8").split()
    known = "|".join(sorted(map(regex.escape, names), key=len, reverse=True))
    top = rf"(?:(?:{known})(?![0-9a-z@])|xn--[\-0-9a-z]+)"
    below = rf"(?:(?:{_LETTER}(?:[_-]|{_LETTER})*)?{_LETTER}\.)*"
    named = rf"(?:{_LETTER}(?:-|{_LETTER})*)?{_LETTER}\."
    host = rf"(?P<host>{below}{named}{top})"
    bare = rf"(?P<bare>(?:[\-a-z0-9{_ACCENTED}]+\.)+{top})"
    before = r"(?<![a-z0-9@\uff20$#\uff03])"
    return regex.compile(
        rf"{before}https?://{host}{_TAIL}|{before}(?<![\-_./{_ACCENTED}]){bare}{_TAIL}", regex.IGNORECASE
    )
