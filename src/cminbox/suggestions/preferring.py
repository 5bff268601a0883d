"""What speaks for a reply beside the words of a message: the stars of a review, and how the brand addresses people."""

from __future__ import annotations

_STARS = 0.9
"""How sure the reply to so many stars is where a review has nothing but its stars."""
_WORDS = 6
"""A review of so many words halves that: what it says counts for more than its stars."""
_OTHER_TONE = 0.6
"""What is left of the score of a reply that addresses the customer in the other way."""


def by_stars(words: int) -> float:
    """Return the score (0 to 1) that a reply to a review has at least for its stars, by the words of the review."""
    return _STARS / (1 + words / _WORDS)


def in_other_tone(score: float) -> float:
    """Return the score of a reply in the tone that is not wanted: it comes after an equal one in the right tone."""
    return score * _OTHER_TONE
