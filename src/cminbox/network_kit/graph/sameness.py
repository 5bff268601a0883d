"""Whether a text that is shown is the one that was sent: how a reply is recognised when nobody knows if it arrived."""

from __future__ import annotations

import unicodedata

CLOCKS_DIFFER_MS = 5 * 60 * 1000


def same(shown: str, typed: str) -> bool:
    """Whether a text is what was typed, apart from how blanks and accents are kept."""
    return _bare(shown) == _bare(typed)


def _bare(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()
