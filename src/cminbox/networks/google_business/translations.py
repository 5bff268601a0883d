"""The words that a person typed, without the translation that Google puts before or after them.

What is asked for in English bears these signs in English, whatever the languages of the review.
"""

from __future__ import annotations

_TRANSLATED = "(Translated by Google)"
_ORIGINAL = "(Original)"


def original(text: str) -> str:
    """Return a review as it was typed."""
    words = text.strip()
    if words.startswith(_TRANSLATED):
        _translation, found, typed = words.partition(_ORIGINAL)
        return typed.strip() if found and typed.strip() else words.removeprefix(_TRANSLATED).strip()
    typed, found, _translation = words.partition(f"\n\n{_TRANSLATED}")
    return typed.strip() if found else words
