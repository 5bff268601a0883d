"""What a text is made of: its words, the concepts they stand for, and the pairs they form."""

from __future__ import annotations

from math import log2, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.suggestions.lexicon import Lexicon

CONCEPT = "~"
"""What a concept begins with as a feature; no word does."""
PAIR = " "
"""What stands between the words of a pair."""


class Features(NamedTuple):
    """Features with how strongly each is there, by kind."""

    words: dict[str, float]
    concepts: dict[str, float]
    pairs: dict[str, float]


def asked(words: Sequence[str], lexicon: Lexicon) -> Features:
    """Return the features of a message; a word that says little counts less."""
    tallied = _tally(words, lexicon)
    weight = lexicon.weight
    return Features(
        {word: log2(1 + count) * weight(word) for word, count in tallied.words.items()},
        {name: log2(1 + count) for name, count in tallied.concepts.items()},
        {pair: log2(1 + count) for pair, count in tallied.pairs.items()},
    )


def learnt(words: Sequence[str], lexicon: Lexicon, *, pairs: bool = True) -> dict[str, float]:
    """Return the features of a phrase of a reply; of each kind together they are as long as those of any phrase."""
    tallied = _tally(words, lexicon, pairs=pairs)
    weights = lexicon.weights
    found = {word: log2(1 + count) * sqrt(weights.get(word, 1.0)) for word, count in tallied.words.items()}
    _scale(found)
    for more in (tallied.concepts, tallied.pairs):
        if more:
            part = {name: log2(1 + count) for name, count in more.items()}
            _scale(part)
            found |= part
    return found


def _tally(words: Sequence[str], lexicon: Lexicon, *, pairs: bool = True) -> Features:
    counted: dict[str, float] = {}
    concepts: dict[str, float] = {}
    paired: dict[str, float] = {}
    spans = lexicon.spans
    concepts_of = lexicon.concepts
    spanned = False
    for word in words:
        counted[word] = counted.get(word, 0) + 1
        for name in concepts_of(word):
            key = CONCEPT + name
            concepts[key] = concepts.get(key, 0) + 1
        if word in spans:
            spanned = True
    if spanned:
        for name in lexicon.spanned(words):
            key = CONCEPT + name
            concepts[key] = concepts.get(key, 0) + 1
    if pairs and len(words) > 1:
        weights = lexicon.weights
        before = words[0]
        weight_before = weights.get(before, 1.0)
        for word in words[1:]:
            weight = weights.get(word, 1.0)
            key = before + PAIR + word
            paired[key] = paired.get(key, 0) + sqrt(weight_before * weight)
            before, weight_before = word, weight
    return Features(counted, concepts, paired)


def _scale(features: dict[str, float]) -> None:
    length = sqrt(sum(value * value for value in features.values()))
    if length:
        for name, value in features.items():
            features[name] = value / length
