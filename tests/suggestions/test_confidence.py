"""Silence where nothing fits: the score tells how sure it is, and only a sure answer is shown as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from cminbox.suggestions.confidence import confident, score_of

if TYPE_CHECKING:
    from tests.suggestions.conftest import Sent

    from cminbox.suggestions.engine import Engine

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
