"""What is counted can be taken back, and leaves nothing behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.suggestions.features import asked, learnt
from cminbox.suggestions.index import Index
from cminbox.suggestions.lexicon import lexicon_of
from cminbox.suggestions.vocabulary import Vocabulary

PHRASES = st.lists(
    st.tuples(
        st.integers(0, 3), st.lists(st.sampled_from(["order", "late", "refund", "colis", "a"]), min_size=1, max_size=6)
    ),
    max_size=12,
)


def _index(replies: int = 4) -> Index:
    index = Index()
    for _ in range(replies):
        index.new_reply()
    return index


@given(PHRASES)
def test_what_is_counted_and_taken_back_leaves_nothing(phrases: list[tuple[int, list[str]]]) -> None:
    index = _index()
    for reply, words in phrases:
        index.add(reply, learnt(words, lexicon_of("en")))
    for reply, words in phrases:
        index.add(reply, learnt(words, lexicon_of("en")), -1.0)
    assert index.features() == 0


@given(PHRASES)
def test_the_order_of_replies_makes_no_difference_to_the_amounts(phrases: list[tuple[int, list[str]]]) -> None:
    one, other = _index(), _index()
    for reply, words in phrases:
        one.add(reply, learnt(words, lexicon_of("en")))
    for reply, words in sorted(phrases, key=lambda phrase: -phrase[0]):
        other.add(reply, learnt(words, lexicon_of("en")))
    for word in ("order", "late", "refund", "colis", "a"):
        first, second = one.get(word), other.get(word)
        assert (first is None) == (second is None)
        if first is not None and second is not None:
            assert list(first.replies) == sorted(first.replies) == list(second.replies)
            assert list(first.amounts) == pytest.approx(list(second.amounts), rel=1e-5)


def test_taking_back_what_was_never_counted_changes_nothing() -> None:
    index = _index()
    index.add(2, {"order": 1.0}, -1.0)
    assert index.get("order") is None
    index.add(1, {"order": 1.0})
    index.add(2, {"order": 1.0}, -1.0)
    kept = index.get("order")
    assert kept is not None
    assert list(kept.replies) == [1]


def test_a_reply_that_was_taught_much_gets_less_for_each_part_of_it() -> None:
    index = _index(2)
    index.add(0, {"order": 1.0})
    index.add(1, {"order": 1.0, **{f"w{n}": 1.0 for n in range(20)}})
    index.settle()
    kept = index.get("order")
    assert kept is not None
    assert index.evidence(kept, 0) > index.evidence(kept, 1) > 0


def test_each_phrase_teaches_as_much_as_any_other() -> None:
    short = learnt(["refund"], lexicon_of("en"))
    long = learnt(["refund", "crumbs", "tin", "oven", "flour"], lexicon_of("en"))
    words = [word for word in long if word[0] != "~" and " " not in word]
    assert sum(long[word] ** 2 for word in words) == pytest.approx(short["refund"] ** 2)


def test_a_message_is_made_of_words_concepts_and_pairs() -> None:
    found = asked(["my", "refund", "refund"], lexicon_of("en"))
    assert found.words["refund"] > found.words["my"] > 0
    assert "~refund" in found.concepts
    assert set(found.pairs) == {"my refund", "refund refund"}


def test_a_word_knows_its_kin_and_the_word_it_was_meant_to_be() -> None:
    vocabulary = Vocabulary()
    for word in ("delivery", "delivered", "refund"):
        vocabulary.add(word)
    assert [one.word for one in vocabulary.kin("delivery")] == ["delivery", "delivered"]
    assert [one.word for one in vocabulary.kin("deliver")] == ["delivery", "delivered"]
    assert vocabulary.kin("parcel") == ()
    assert vocabulary.slips("rfeund")[0].word == "refund"
    assert vocabulary.slips("refudn")[0].slip
    assert vocabulary.slips("elephant") == ()
    assert vocabulary.slips("re") == ()


def test_a_new_word_is_kin_at_once() -> None:
    vocabulary = Vocabulary()
    assert vocabulary.kin("refund") == ()
    assert vocabulary.slips("refnud") == ()
    vocabulary.add("refunds")
    assert [one.word for one in vocabulary.kin("refund")] == ["refunds"]
    vocabulary.add("refund")
    assert [one.word for one in vocabulary.kin("refund")] == ["refund", "refunds"]
    assert vocabulary.slips("refnud")[0].word == "refund"
