"""Words as they are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.folding import distance, folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("José", "jose"),
        ("Straße", "strasse"),
        ("ŁÓDŹ", "lodz"),
        ("Søren", "soren"),
        ("\uff21\uff22", "ab"),
        ("健二", "健二"),
    ],
)
def test_case_and_accents_go(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("anna", "anna", 0),
        ("anna", "ana", 1),
        ("anna", "anan", 1),
        ("anna", "hanno", 2),
        ("anna", "bob", 3),
        ("", "", 0),
    ],
)
def test_letters_left_out_added_replaced_or_swapped_are_counted(one: str, other: str, steps: int) -> None:
    assert distance(one, other, 2) == steps
    assert distance(other, one, 2) == steps
