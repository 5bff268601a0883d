"""From foreign text to plain words: no links, names, tags or emoji, no case, no accents, no greetings."""

from __future__ import annotations

import re
import unicodedata

from cminbox.suggestions.pleasantries import trim

LONGEST = 4_000
"""How many characters of a message are read; what a message is about is said at its start."""
_NOISE = re.compile(
    r"(?:https?://|www\.)\S*"  # links
    r"|[^\s@]{0,64}@[\w\-]{1,64}(?:\.[\w\-]{1,64})+"  # e-mail addresses, names with a host
    r"|(?<!\w)\.?@[\w.\-]+"  # names of accounts
    r"|\{[^{}\n]{0,80}\}"  # placeholders of canned replies
)
_TAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
_SPELT_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_NOT = re.compile("(?<=n)['\u2019\u02bc`](?=t\\b)")
"""The apostrophe of a negated verb, which many leave out."""
_WORD = re.compile(r"[^\W_]+")
_LONG_NUMBER = re.compile(r"\d{5,}")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_LONGEST_WORD = 40
_PAIR = 2


def words_of(text: str) -> list[str]:
    """Return the words of a text that carry its meaning, folded, in their order.

    What only greets, thanks or signs is left out, unless there is nothing else. Of long texts the start is read.
    """
    text = text[:LONGEST]
    plain = text if text.isascii() else _INVISIBLE.sub("", text)
    if "@" in plain or "{" in plain or "//" in plain or "www." in plain:
        plain = _NOISE.sub(" ", plain)
    if "#" in plain:
        plain = _without_tags(plain)
    return trim(_split(fold(plain)))


def fold(text: str) -> str:
    """Return a text without case, accents and compatibility forms, letters that were drawn out written once."""
    if text.isascii():
        folded = text.lower()
    else:
        bare = _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())
        folded = unicodedata.normalize("NFC", bare.translate(_SPELT_OUT))
    return _DRAWN_OUT.sub(r"\1", folded)


def _without_tags(text: str) -> str:
    """Take off the tags around a message; a tag within a sentence is a word of it."""
    parts = text.split()
    said = [at for at, part in enumerate(parts) if not part.startswith("#") and _WORD.search(part)]
    kept = " ".join(parts[said[0] : said[-1] + 1]) if said else text
    return _TAG.sub(lambda tag: _HUMP.sub(" ", tag[1]), kept)


def _split(folded: str) -> list[str]:
    plain = folded.isascii()
    if not plain or "'" in folded or "`" in folded:
        folded = _NOT.sub("", folded)
    words = _WORD.findall(folded)
    if not plain and _UNSPACED.search(folded):
        words = [part for word in words for part in _pieces(word)]
    if _LONG_NUMBER.search(folded):
        words = [word for word in words if not _LONG_NUMBER.fullmatch(word)]
    return [word[:_LONGEST_WORD] for word in words]


def _pieces(word: str) -> list[str]:
    """Cut what is written without spaces into overlapping pairs of characters."""
    if not _UNSPACED.fullmatch(word) or len(word) <= _PAIR:
        return [word]
    return [word[at : at + _PAIR] for at in range(len(word) - 1)]
