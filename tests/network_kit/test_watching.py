"""Words to watch for: whole, whatever the case and the accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.network_kit.watching import Watched, words_of


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("acme", "I like ACME."),
        ("Acmé", "acme"),
        ("acme", "ÀCMÉ!"),
        ("crème brûlée", "la CREME\n  brulee"),
        ("œuvre", "un chef-d'oeuvre"),
        ("straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("c++", "we use (C++)"),
        ("@acme", "hey @acme, hello"),
        ("#acme", "so #acme"),
        ("acme.example", "see https://acme.example/parcels"),
        ("アクメ", "昨日アクメで買った"),
        ("Ακμή", "Ακμή".upper()),
        ("acme", "acme's"),
    ],
)
def test_a_word_is_found(word: str, text: str) -> None:
    assert Watched((word,)).is_in(text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("acme", "acmes"),
        ("acme", "pacme"),
        ("acme", "acme_fan"),
        ("acme", "acmé2"),
        ("crème brûlée", "crème et brûlée"),
        ("c++", "c+"),
        ("ガス", "カス"),
        ("acme", ""),
    ],
)
def test_another_word_is_not(word: str, text: str) -> None:
    assert not Watched((word,)).is_in(text)


def test_no_words_are_in_everything() -> None:
    assert Watched(()).is_in("")


def test_one_of_several_in_one_of_several_texts_is_enough() -> None:
    assert Watched(("acme", "parcels")).is_in("nothing", "my Parcels")
    assert not Watched(("acme", "parcels")).is_in("nothing", "at all")


def test_a_list_holds_each_word_once_in_its_order() -> None:
    assert words_of(" Acme,ACMÉ ; big  parcels,,\n© ") == ("Acme", "big parcels", "©")
    assert words_of(" , ; \u0301, \u00a8") == ()


@given(st.text(), st.text())
def test_a_word_between_blanks_is_found_in_any_text(before: str, after: str) -> None:
    assert Watched(("Acmé & Fils",)).is_in(f"{before} acme & fils {after}")


@given(st.text())
def test_every_typed_word_is_found_in_what_was_typed(typed: str) -> None:
    for word in words_of(typed):
        assert Watched((word,)).is_in(f" {word} ")
