"""The corpus of hostile texts through the function that every display uses: no letter lost, nothing let through."""

from __future__ import annotations

import unicodedata

import pytest
from stage.hostile import categories, foreign, payloads

from cminbox.domain.text import repair, row, safe

EXPECTED = 300
INVISIBLE_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5")
"""Letters by their category, but nobody sees one."""
each_category = pytest.mark.parametrize("name", sorted(categories()))


def letters(text: str) -> str:
    """Return the letters, digits and symbols that a reader sees in a text."""
    return "".join(
        char for char in repair(text) if unicodedata.category(char)[0] in "LNPS" and char not in INVISIBLE_LETTERS
    )


def test_the_corpus_is_large_and_says_everything_once() -> None:
    assert len(payloads()) >= EXPECTED
    assert len(set(payloads())) == len(payloads())


@each_category
def test_no_visible_letter_is_lost(name: str) -> None:
    for payload in categories()[name]:
        shown = safe(payload)
        wanted = iter(shown)
        assert all(char in wanted for char in letters(payload)), ascii((payload, shown))


@each_category
def test_what_is_shown_steers_nothing(name: str) -> None:
    for payload in categories()[name]:
        for shown in (safe(payload), row(payload)):
            assert not foreign(shown), ascii((payload, shown))
        assert safe(safe(payload)) == safe(payload)
