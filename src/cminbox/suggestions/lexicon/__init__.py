"""What is known of English and French words before any message was read: how much they say, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FOLDER = Path(__file__).parent
LANGUAGES = ("en", "fr")
_WEIGHTS = {"grammar": 0.4, "asking": 0.5, "filler": 0.5, "common": 0.8}
_SHORTEST_STEM = 2


@dataclass(slots=True)
class Lexicon:
    """The words of one language, or of all of them.

    `weights` has the words that say little, with how much they say (others say 1.0). `spans` has, by their first
    word, the phrases that stand for concepts.
    """

    weights: dict[str, float] = field(default_factory=dict)
    _words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _stems: dict[str, tuple[str, ...]] = field(default_factory=dict)
    spans: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def weight(self, word: str) -> float:
        """Return how much a word says, from 0 to 1."""
        return self.weights.get(word, 1.0)

    def concepts(self, word: str) -> tuple[str, ...]:
        """Return what a word may stand for; most words stand for themselves alone."""
        found = self._known.get(word)
        if found is None:
            names = list(self._words.get(word, ()))
            for end in range(_SHORTEST_STEM, len(word) + 1):
                names += self._stems.get(word[:end], ())
            found = self._known[word] = tuple(dict.fromkeys(names))
        return found

    def spanned(self, words: Sequence[str]) -> Iterator[str]:
        """Yield the concepts that phrases among the words stand for."""
        spans = self.spans
        for at, word in enumerate(words):
            if word in spans:
                for phrase, name in spans[word]:
                    if tuple(words[at : at + len(phrase)]) == phrase:
                        yield name

    def knows(self, word: str) -> bool:
        """Whether a word is no slip of the keyboard, because it stands here."""
        return word in self.weights or bool(self.concepts(word))

    def take(self, entry: str, name: str) -> None:
        """Learn that an entry of the file of concepts stands for `name`."""
        if "_" in entry:
            phrase = tuple(entry.split("_"))
            self.spans.setdefault(phrase[0], []).append((phrase, name))
            return
        table, word = (self._stems, entry[:-1]) if entry.endswith("*") else (self._words, entry)
        table[word] = (*table.get(word, ()), name)


def lexicon_of(lang: str | None) -> Lexicon:
    """Return the words of a language; of a language that is not known here, none; of None, those of all."""
    if lang is None:
        return _lexicons()["any"]
    return _lexicons().get(lang.partition("-")[0].lower(), _NOTHING)


_NOTHING = Lexicon()


@cache
def _lexicons() -> dict[str, Lexicon]:
    found = {name: Lexicon() for name in (*LANGUAGES, "any")}
    for lang, kind, words in _everyday():
        for word in words:
            found[lang].weights.setdefault(word, _WEIGHTS[kind])
            found["any"].weights.setdefault(word, _WEIGHTS[kind])
    for lang, name, entries in _concepts():
        for entry in entries:
            found[lang].take(entry, name)
            found["any"].take(entry, name)
    return found


def _lines(file: str) -> Iterator[str]:
    for line in (_FOLDER / file).read_text(encoding="utf-8").splitlines():
        if said := line.partition("#")[0].strip():
            yield said


def _everyday() -> Iterator[tuple[str, str, list[str]]]:
    lang = kind = ""
    for line in _lines("everyday.txt"):
        if line.startswith("["):
            lang, kind = line.strip("[]").split()
        else:
            yield lang, kind, line.split()


def _concepts() -> Iterator[tuple[str, str, list[str]]]:
    for line in _lines("concepts.txt"):
        name, _, entries = line.partition(":")
        for lang, said in zip(LANGUAGES, entries.split("|"), strict=True):
            yield lang, name, said.split()
