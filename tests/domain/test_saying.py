"""A sentence keeps its pattern and its values apart until somebody reads it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.saying import Saying, say

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_values_are_put_in() -> None:
    assert str(say("{host} refused (error {status})", host="h.example", status=403)) == "h.example refused (error 403)"


def test_a_translation_takes_the_same_values() -> None:
    saying = say("{host} cannot be reached", host="h.example")
    assert saying.fill("Impossible de joindre {host}") == "Impossible de joindre h.example"


def test_values_are_not_expanded_again() -> None:
    assert str(say("{a} and {b}", a="{b}", b="{a}")) == "{b} and {a}"


def test_a_saying_among_the_values_is_spoken_like_the_whole() -> None:
    saying = say("{place}: {reason}", place="x", reason=say("“{what}” is missing", what="tz"))
    assert str(saying) == "x: “tz” is missing"
    assert saying.fill("{place} : {reason}", lambda inner: inner.fill("« {what} » manque")) == "x : « tz » manque"
    assert str(Saying.from_json(saying.to_json())) == "x: “tz” is missing"


def test_what_has_no_value_stays_as_it_is() -> None:
    assert str(say("{missing} {", a="x")) == "{missing} {"
    assert str(say("100 % {unclosed", unclosed="x")) == "100 % {unclosed"


@given(WORDS, st.dictionaries(WORDS, WORDS, max_size=4))
def test_a_saying_survives_the_database(pattern: str, values: dict[str, str]) -> None:
    saying = Saying(pattern, values)
    assert Saying.from_json(saying.to_json()) == saying


@given(WORDS, st.dictionaries(WORDS, WORDS, max_size=4))
def test_filling_never_fails(pattern: str, values: dict[str, str]) -> None:
    filled = Saying(pattern, values).fill(pattern)
    assert filled == pattern or values


@given(WORDS)
def test_any_other_text_is_read_as_itself(text: str) -> None:
    if not text.lstrip().startswith("["):
        assert str(Saying.from_json(text)) == text


def test_a_broken_record_is_still_a_sentence() -> None:
    for text in ("[1, 2]", "[]", '["a", {"b": 1}, 3]', "{", "null"):
        assert str(Saying.from_json(text)) == text
