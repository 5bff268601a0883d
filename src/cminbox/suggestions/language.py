"""Which language a message is written in, told by its everyday words: cheap, and silent when in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.suggestions.lexicon import LANGUAGES, lexicon_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEARD = 60
"""How many words are listened to."""


def language_of(words: Sequence[str]) -> str | None:
    """Return the language of folded words, None when they tell none or several."""
    heard = words[:_HEARD]
    counts = {lang: sum(_tells(word, lang) for word in heard) for lang in LANGUAGES}
    best = max(counts, key=counts.__getitem__)
    return best if all(counts[best] > counts[lang] for lang in LANGUAGES if lang != best) else None


def _tells(word: str, lang: str) -> float:
    """Return how much a word speaks for a language: everyday words more than those that stand for concepts."""
    lexicon = lexicon_of(lang)
    if word in lexicon.weights:
        return 1.0
    return 0.5 if lexicon.concepts(word) else 0.0
