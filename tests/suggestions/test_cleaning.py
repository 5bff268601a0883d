"""Only the words that carry a message's meaning are left of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.suggestions.cleaning import LONGEST, fold, words_of

WORDS = ["refund", "my", "late", "parcel"]


@pytest.mark.parametrize(
    "text",
    [
        "refund my late parcel",
        "REFUND my Late PARCEL!!!",
        "@bakery refund my late parcel",
        ".@Bakery @help refund my late parcel 😡😡",
        "@ana@example.social refund my late parcel https://example.com/a?b=c#d",
        "refund my late parcel www.example.com/x (ana.b@example.com)",
        "#fail #bakery refund my late parcel #late",
        "refund my late parcel 👨‍👩‍👧 \u200b",
        "re\u00adfund my late parcel",
        "refund my late parcel {name}",
        "Hello, refund my late parcel. Thanks in advance!",
        "Good morning! Quick question: refund my late parcel. Best regards, Ana Maria",
        "Hi there, hope you are doing well. refund my late parcel, thank you for your help, have a nice day",
        "refuuuund my late parcel",
        "\uff52efund my late parcel",
        "refund my late parcel 123456789",
    ],
)
def test_what_says_nothing_is_left_out(text: str) -> None:
    assert words_of(text) == WORDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Où est mon colis ?", ["ou", "est", "mon", "colis"]),
        ("Bonjour à toute l'équipe, où est mon colis ? Merci d'avance", ["ou", "est", "mon", "colis"]),
        ("Bonjour, je me permets de vous écrire. colis perdu. Cordialement, Camille", ["colis", "perdu"]),
        ("Cœur brisé", ["coeur", "brise"]),
        ("Straße", ["strasse"]),
        ("I can't pay", ["i", "cant", "pay"]),
        ("I can\u2019t pay", ["i", "cant", "pay"]),
        ("qu'est-ce que c'est", ["qu", "est", "ce", "que", "c", "est"]),
        ("a #BrokenTin arrived", ["a", "broken", "tin", "arrived"]),
        ("#OrderStatus", ["order", "status"]),
        ("注文は", ["注文", "文は"]),
        ("أين طلبي", ["اين", "طلبي"]),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "words"), [("Merci !", ["merci"]), ("hello", ["hello"]), ("Thank you", ["thank", "you"])]
)
def test_a_message_that_is_nothing_but_a_greeting_keeps_it(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize("text", ["", "  \n\t ", "😡🙏", "https://example.com/a", "@bakery", "?!...", "\x00\x1b\u202e"])
def test_a_message_without_words_has_none(text: str) -> None:
    assert words_of(text) == []


def test_thanks_for_something_are_what_the_message_is_about() -> None:
    assert words_of("Thanks for the correction") == ["thanks", "for", "the", "correction"]


def test_of_a_long_message_the_start_is_read() -> None:
    assert len(words_of("so " * 100_000)) == LONGEST // 3 + 1


def test_tags_and_blanks_without_end_are_read_quickly() -> None:
    # A pattern that goes back and forth over these would not end in a lifetime.
    assert words_of("x" + " #a   " * 600 + "y") == words_of("x" + " #a " * 600 + "y")
    assert words_of("a" * 3_000 + " @") == ["a"]


@given(st.text(max_size=300))
def test_any_text_has_words_that_are_folded_and_whole(text: str) -> None:
    for word in words_of(text):
        assert word
        assert len(word) <= 40
        assert not any(char.isspace() for char in word)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=100))
def test_folding_twice_changes_nothing_more_in_letters(text: str) -> None:
    letters = "".join(char for char in text if char.isascii() and char.isalpha())
    assert fold(fold(letters)) == fold(letters)


@given(st.lists(st.sampled_from(["order", "refund", "late", "size", "colis", "retard"]), min_size=1, max_size=8))
def test_case_tags_names_links_and_emoji_cost_nothing(words: list[str]) -> None:
    plain = words_of(" ".join(words))
    assert words_of(f"@shop {' '.join(words).upper()} 😂 #help https://example.com/p/1?x=2") == plain
