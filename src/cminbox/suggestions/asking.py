"""From the words of a message to what to look up: which features, how much each says, and what nobody knows."""

from __future__ import annotations

from enum import Enum, auto
from math import log
from typing import TYPE_CHECKING, NamedTuple

from cminbox.suggestions.features import asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cminbox.suggestions.index import Index, Postings
    from cminbox.suggestions.lexicon import Lexicon
    from cminbox.suggestions.vocabulary import Alike, Vocabulary

RARE = 0.5
"""Keeps a feature that only one reply has from drowning all others."""
_HEARD = 0.5
"""A word of the inbox counts as if half that share of the replies had it."""
_LEAST_LEFT = 0.5
"""What is left of a word's weight at least: the word that all use today may be what all ask about."""
_SLIPS_SOUGHT = 12
"""How many unknown words of a message are compared with the whole vocabulary; more of them are another language."""


class Kind(Enum):
    """Whether a term is a word, a concept that several words stand for, or two words beside each other."""

    WORD = auto()
    CONCEPT = auto()
    PAIR = auto()


_SAYS = {Kind.WORD: 1.0, Kind.CONCEPT: 1.0, Kind.PAIR: 0.3}
"""How much a kind of term says, against a word."""


class Part(NamedTuple):
    """Where the library says a thing, in which word, and how surely it is the same thing (0 to 1)."""

    word: str
    postings: Postings
    likeness: float


class Term(NamedTuple):
    """Something that a message says. Without parts the library does not know it. `cost` is what reading it takes."""

    kind: Kind
    said: str
    weight: float
    parts: tuple[Part, ...]
    cost: int


class Question(NamedTuple):
    """What a message asks of one library.

    `terms` are what the library knows something about, `strange` what it knows nothing about, pairs left out. `meant`
    has the words that were read as others, because they are slips of the keyboard.
    """

    terms: tuple[Term, ...]
    strange: tuple[Term, ...]
    meant: Mapping[str, str]

    @property
    def weight(self) -> float:
        """How much the terms say together."""
        return sum(term.weight for term in self.terms)


class Asking:
    """Turns words into questions to one library."""

    def __init__(self, index: Index, vocabulary: Vocabulary, heard: Mapping[str, float] | None = None) -> None:
        self._index = index
        self._vocabulary = vocabulary
        self._heard = {} if heard is None else heard

    def question(self, words: Sequence[str], lexicon: Lexicon) -> Question:
        """Return what a message of these words asks; slips of the keyboard are read as what was meant."""
        alike = self._alike(words, lexicon)
        meant = {word: found[0].word for word, found in alike.items() if found and found[0].slip}
        features = asked([meant.get(word, word) for word in words], lexicon)
        said = {meant.get(word, word): found for word, found in alike.items()}
        every = [self._term(Kind.WORD, word, amount, said[word]) for word, amount in features.words.items()]
        every += [self._simple(Kind.CONCEPT, name, amount) for name, amount in features.concepts.items()]
        strange = tuple(term for term in every if not term.parts)
        every += [self._simple(Kind.PAIR, pair, amount) for pair, amount in features.pairs.items()]
        return Question(tuple(term for term in every if term.parts and term.weight > 0), strange, meant)

    def _alike(self, words: Sequence[str], lexicon: Lexicon) -> dict[str, Sequence[Alike]]:
        """Return, for each different word, the words of the library that it may be, the surest first."""
        vocabulary = self._vocabulary
        found: dict[str, Sequence[Alike]] = {}
        sought = 0
        for word in dict.fromkeys(words):
            kin = found[word] = vocabulary.kin(word)
            if word not in vocabulary and not lexicon.knows(word) and sought < _SLIPS_SOUGHT:
                sought += 1
                found[word] = _best((*kin, *vocabulary.slips(word)))
        return found

    def _term(self, kind: Kind, said: str, amount: float, alike: Sequence[Alike]) -> Term:
        get = self._index.get
        parts = tuple(Part(one.word, found, one.likeness) for one in alike if (found := get(one.word)) is not None)
        return self._weighed(kind, said, amount, parts)

    def _simple(self, kind: Kind, said: str, amount: float) -> Term:
        found = self._index.get(said)
        return self._weighed(kind, said, amount, () if found is None else (Part(said, found, 1.0),))

    def _weighed(self, kind: Kind, said: str, amount: float, parts: tuple[Part, ...]) -> Term:
        """Weigh a feature by how few replies have it, and a word by how few people use it in the inbox too."""
        replies = len(self._index)
        having = 0.0
        cost = 0
        for part in parts:
            having += part.likeness * len(part.postings)
            cost += len(part.postings)
        having = min(having, replies)
        rarity = log((replies + 1) / (having + RARE))
        heard = _HEARD * replies * self._heard.get(said, 0.0)
        if heard > having:
            rarity = max(rarity * _LEAST_LEFT, log((replies + 1) / (heard + RARE)))
        return Term(kind, said, amount * _SAYS[kind] * max(0.0, rarity), parts, cost)


def _best(alike: Sequence[Alike]) -> list[Alike]:
    """Return each word once, as what it is most alike as, the most alike first."""
    best: dict[str, Alike] = {}
    for one in sorted(alike, key=lambda one: -one.likeness):
        best.setdefault(one.word, one)
    return list(best.values())
