"""Messages that say the same in nearly the same words, and replies that do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.suggestions.cleaning import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    Key = TypeVar("Key")

LEAST = 85.0
"""From which likeness on (0 to 100) two texts say the same."""


def alike(text: str, others: Mapping[Key, str], least: float = LEAST) -> list[Key]:
    """Return the keys of the texts that say what `text` says, the most alike first; equal ones in their order.

    Links, names, tags, emoji, case, accents, greetings, thanks and the order of words make no difference.
    """
    # Takes longer to load than all else here.
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - see above

    wanted = " ".join(words_of(text))
    if not wanted:
        return []
    plain = {key: " ".join(words_of(other)) for key, other in others.items()}
    found = process.extract(wanted, plain, scorer=fuzz.token_sort_ratio, score_cutoff=least, limit=None)
    return [key for _, _, key in found]


def groups(texts: Mapping[Key, str], least: float = LEAST) -> list[list[Key]]:
    """Return the keys of texts that say the same, in groups of two or more, the largest first.

    A group is what is alike to its first text, so that no chain of small steps joins what differs.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - as in alike

    # With the words in order, the plain ratio is what token_sort_ratio works out for each pair anew.
    plain = {key: " ".join(sorted(words_of(text))) for key, text in texts.items()}
    left = {key: words for key, words in plain.items() if words}
    found: list[list[Key]] = []
    for key in list(left):
        words = left.pop(key, None)
        if words is None:
            continue
        near = process.extract(words, left, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        for _, _, other in near:
            del left[other]
        if near:
            found.append([key, *(other for _, _, other in near)])
    return sorted(found, key=lambda group: -len(group))
