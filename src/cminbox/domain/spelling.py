"""How else a typed word may stand in a text: wide or narrow, put together or apart, with another letter for the same.

Nothing here changes what a text says. Hiragana and katakana, simplified and traditional characters stay apart: whoever
means both types both.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import islice, product

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_NARROW_KANA = range(0xFF61, 0xFFA0)
_WIDE_ASCII = re.compile("[\uff01-\uff5e\u3000]")
_LETTERS = {
    **dict.fromkeys("\u0627\u0623\u0625\u0622", "\u0627\u0623\u0625\u0622"),
    **dict.fromkeys("\u064a\u0649", "\u064a\u0649"),
    **dict.fromkeys("\u0647\u0629", "\u0647\u0629"),
}
"""Arabic letters that are typed for one another: alif with and without hamza, yeh, and teh marbuta at the end."""
_MOST = 32
_LONGEST = 100
"""Nobody writes words of that length; longer texts are looked for as they are typed."""


def spellings(word: str) -> tuple[str, ...]:
    """Return the ways in which a word may stand in a text, at most 32, the typed one first."""
    if len(word) > _LONGEST:
        return (word,)
    plain = unicodedata.normalize("NFKC", word)
    found = [word, plain, unicodedata.normalize("NFD", plain), _wide(plain), _narrow(plain), *_other_letters(plain)]
    return tuple(islice(dict.fromkeys(found), _MOST))


def narrowed(text: str) -> str:
    """Return a text with the wide signs of input methods as the ASCII that they stand for."""
    return _WIDE_ASCII.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _wide(text: str) -> str:
    return text.translate(_WIDE)


def _narrow(text: str) -> str:
    """Return a text with narrow katakana, whose voiced marks are characters of their own."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_narrow_kana()))


@cache
def _narrow_kana() -> dict[int, str]:
    return {ord(unicodedata.normalize("NFKC", chr(code))): chr(code) for code in _NARROW_KANA}


def _other_letters(text: str) -> list[str]:
    if not any(letter in _LETTERS for letter in text):
        return []
    return ["".join(one) for one in islice(product(*(_LETTERS.get(letter, letter) for letter in text)), _MOST)]
