"""Which words everybody uses in one inbox: there they say little, however rare they are in the canned replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.suggestions.cleaning import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MOST_WORDS = 2_000
_FEWEST_PEOPLE = 5
"""A word of fewer people tells of them, not of the inbox."""
_LEAST_SHARE = 0.01
_AT_ONCE = 50


def everyday(said: Iterable[tuple[int, str]], breathe: Callable[[], None] = lambda: None) -> dict[str, float]:
    """Return the words that many people use, each with the share of people who do (0 to 1), the most used first.

    `said` are texts, each with the number of the person who wrote it: a word counts once for each person, so that
    somebody who says a thing a hundred times makes it no everyday word. `breathe` is called now and then.
    """
    words: dict[int, set[str]] = {}
    for count, (person, text) in enumerate(said):
        if count % _AT_ONCE == 0:
            breathe()
        words.setdefault(person, set()).update(words_of(text))
    counts: dict[str, int] = {}
    for some in words.values():
        for word in some:
            counts[word] = counts.get(word, 0) + 1
    least = max(_FEWEST_PEOPLE, _LEAST_SHARE * len(words))
    many = [(word, count) for word, count in counts.items() if count >= least]
    many.sort(key=lambda one: (-one[1], one[0]))
    return {word: count / len(words) for word, count in many[:MOST_WORDS]}
