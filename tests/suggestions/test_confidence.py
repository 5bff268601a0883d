"""Silence where nothing fits: the score tells how sure it is, and only a sure answer is shown as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox import assets
from cminbox.domain.canned import Source
from cminbox.suggestions.confidence import confident, score_of
from cminbox.suggestions.engine import Engine
from cminbox.suggestions.library import Folder, entries, read

if TYPE_CHECKING:
    from tests.suggestions.conftest import Sent

FOREIGN = (
    "who won the match last night",
    "what is the capital of Peru",
    "tell me something about black holes",
    "the election results are a surprise",
    "my neighbour's cat is stuck on the roof",
    "quel temps fera-t-il à Brest",
    "qui a peint ce tableau",
    "le train de nuit pour Vienne",
)
SHORT_TALK = (
    "the", "ok", "who", "Paris", "blue", "je", "what", "monday", "nice", "really", "why", "car", "dog", "you", "me too",
    "so what", "of course", "not me", "the weather", "good luck", "vrai", "quoi", "la pluie", "c'est qui", "ah bon",
    "chien", "pas mal", "demain", "d'accord", "for real", "big one", "sister", "football", "number", "the answer",
    "a question", "une question", "le monde", "people", "time", "today", "tonight", "where", "how", "when", "a week",
)  # fmt: skip
SHORT_QUESTIONS = (
    "refund", "remboursement", "invoice please", "opening hours?", "horaires ?", "prix ?", "gift card", "allergy",
    "recrutement", "code promo", "newsletter", "stock?", "unsubscribe", "facture", "livraison à l'étranger",
)  # fmt: skip


@pytest.fixture(scope="module")
def starters() -> Engine:
    """An engine that knows the replies that come with the program."""
    engine = Engine()
    engine.load(entries(read([Folder(assets.canned_replies(), Source.STARTER)]).replies))
    return engine


def test_messages_that_the_library_answers_score_higher_than_others(engine: Engine, messages: list[Sent]) -> None:
    inside = sorted(engine.suggest(sent.text, sent.lang).suggestions[0].score for sent in messages)
    outside = [found[0].score if (found := engine.suggest(text).suggestions) else 0.0 for text in FOREIGN]
    above = sum(score > other for score in inside for other in outside)
    assert above / (len(inside) * len(outside)) > 0.9


def test_sure_answers_are_right_and_foreign_messages_get_none(engine: Engine, messages: list[Sent]) -> None:
    sure = [sent for sent in messages if engine.suggest(sent.text, sent.lang).confident]
    assert len(sure) >= len(messages) / 4
    right = [sent for sent in sure if engine.suggest(sent.text, sent.lang).suggestions[0].reply == sent.reply]
    assert len(right) >= 0.9 * len(sure)
    assert [text for text in FOREIGN if engine.suggest(text).confident] == []


def test_what_the_library_never_heard_of_makes_it_less_sure(engine: Engine) -> None:
    plain = engine.suggest("vegan biscuits", "en").suggestions[0]
    strange = engine.suggest("vegan biscuits zeppelin flugelhorn astrolabe", "en").suggestions[0]
    assert strange.reply == plain.reply
    assert strange.score < plain.score


def test_two_replies_that_fit_alike_make_it_unsure(engine: Engine) -> None:
    assert engine.suggest("do you make favours for a wedding", "en").confident
    assert not engine.suggest("refund or wedding", "en").confident


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 10))
def test_a_better_fit_and_a_weaker_rival_never_make_it_less_sure(fitting: float, more: float, rival: float) -> None:
    assert score_of(fitting + more) >= score_of(fitting)
    if confident(fitting, rival):
        assert confident(fitting + more, rival)
        assert confident(fitting, rival - more)


@pytest.mark.parametrize("text", ["the", "lol", "je", "monday", "my house", "not me", "a question", "c'est qui"])
def test_a_word_or_two_that_ask_nothing_are_never_answered_surely(engine: Engine, text: str) -> None:
    assert not engine.suggest(text).confident


def test_of_short_messages_out_of_nowhere_few_are_answered_surely_and_of_short_questions_most(starters: Engine) -> None:
    nothing = [text for text in SHORT_TALK if starters.suggest(text).confident]
    assert len(nothing) <= len(SHORT_TALK) / 10
    asked = [text for text in SHORT_QUESTIONS if starters.suggest(text).confident]
    assert len(asked) >= len(SHORT_QUESTIONS) * 2 / 3
