"""Why a reply was suggested can be told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.suggestions.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.suggestions.engine import Engine


def _said(engine: Engine, text: str, reply: str, lang: str | None = "en") -> list[str]:
    return [str(saying) for saying in engine.why(text, reply, lang).sayings()]


def test_the_words_are_shown_as_the_message_writes_them(engine: Engine) -> None:
    why = engine.why("Où est ma BOÎTE écrasée ?", "broken.fr", "fr")
    assert {"BOÎTE", "écrasée"} <= {match.said for match in why.matches}
    assert "It is in the language of the message" in _said(engine, "ma boîte écrasée", "broken.fr", "fr")


def test_the_strongest_match_comes_first_and_shares_are_parts_of_one(engine: Engine) -> None:
    why = engine.why("is the shortbread vegan", "vegan.en", "en")
    shares = [match.share for match in why.matches]
    assert why.matches[0].said == "vegan"
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1


def test_a_slip_is_shown_with_what_it_was_taken_for(engine: Engine) -> None:
    assert any("refnud ≈ refund" in line for line in _said(engine, "refnud", "refund.en"))


def test_a_subject_in_other_words_is_told(engine: Engine) -> None:
    why = engine.why("vacancies", "job.en", "en")
    assert why.subjects == ("job",)
    assert "It is about the same subject in other words" in _said(engine, "vacancies", "job.en")


def test_the_times_it_was_picked_are_told(engine: Engine) -> None:
    assert not any("picked" in line for line in _said(engine, "vegan", "vegan.en"))
    engine.pick("something for my vegan friend", "vegan.en", "en")
    assert "It was picked once before" in _said(engine, "vegan", "vegan.en")
    engine.pick("vegan", "vegan.en", "en")
    said = _said(engine, "vegan", "vegan.en")
    assert said[0] == "This very message was answered with it before"
    assert "It was picked 2 times before" in said


def test_words_of_every_message_are_no_reasons(engine: Engine) -> None:
    why = engine.why("Is it possible that the box is with me and it was broken?", "broken.en", "en")
    said = {match.said.lower() for match in why.matches}
    assert "broken" in said
    assert said.isdisjoint({"is", "it", "that", "the", "with", "me", "and", "was"})
    french = engine.why("Est-ce que c'est possible que ma boîte soit écrasée ?", "broken.fr", "fr")
    assert {match.said.lower() for match in french.matches}.isdisjoint({"est", "ce", "que", "c", "ma", "soit"})


def test_nothing_but_words_of_every_message_is_told_as_such(load: Callable[..., Engine]) -> None:
    engine = load([Entry("a", "What is it with the shipping", lang="en"), Entry("b", "Vegan cakes", lang="en")])
    said = _said(engine, "what is it with", "a")
    assert said[0] == "It has only everyday words in common with the message"
    assert not any("knows" in one for one in said)


def test_a_reply_that_has_nothing_in_common_has_no_reason(engine: Engine) -> None:
    assert _said(engine, "zzzz qqqq", "job.fr", "en") == []
    assert engine.why("", "job.en").matches == ()


def test_hostile_words_are_shown_harmless(engine: Engine) -> None:
    engine.pick("wor\u0301d\u202eevil \x1b[31mred", "job.en", "en")
    said = " ".join(_said(engine, "wor\u0301d\u202eevil \x1b[31mred", "job.en"))
    assert {"\x1b", "\u202e"}.isdisjoint(said)
