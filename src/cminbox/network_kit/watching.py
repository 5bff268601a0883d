"""Words to watch for: found as whole words, whatever the case and the accents."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 50
LONGEST_WORD = 100
_FIRST_MARK, _LAST_MARK = "\u0300", "\u036f"
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i"})
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Letters of scripts that put no blanks between words: Thai, Lao, Burmese, Khmer, kana, Han."""
_SEPARATOR = re.compile(r"[,;\n]")


def words_of(typed: str) -> tuple[str, ...]:
    """Return the words and phrases of a list with commas, semicolons or line ends, each once, in their order."""
    found: dict[str, str] = {}
    for word in _SEPARATOR.split(typed):
        kept = " ".join(word.split())
        if folded(kept):
            found.setdefault(folded(kept), kept)
    return tuple(found.values())


def folded(text: str) -> str:
    """Return a text without what makes no difference: case, Latin, Greek and Cyrillic accents, ligatures."""
    if not text.isascii():
        pieces = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFKC", "".join(one for one in pieces if not _FIRST_MARK <= one <= _LAST_MARK))
    return text.casefold().translate(_LIGATURES).strip()


class Watched:
    """Words and phrases of which one has to be in a text; no words are in every text."""

    def __init__(self, words: tuple[str, ...]) -> None:
        patterns = [_pattern(folded(word)) for word in words]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def is_in(self, *texts: str) -> bool:
        """Whether one of the words is in one of the texts."""
        pattern = self._pattern
        return pattern is None or any(pattern.search(folded(text)) for text in texts)


def _pattern(word: str) -> str:
    """Return a folded word or phrase as a pattern that finds it whole: "acme" is not in "acmes", "c++" is in "(C++)".

    Where a script puts no blanks between words, a word is found anywhere.
    """
    first = r"(?<!\w)" if re.match(r"\w", word) and not _UNSPACED.match(word[0]) else ""
    last = r"(?!\w)" if re.match(r"\w", word[-1]) and not _UNSPACED.match(word[-1]) else ""
    return first + r"\s+".join(re.escape(part) for part in word.split()) + last
