"""A word that everybody uses in an inbox tells little there, however rare it is in the replies."""

from __future__ import annotations

from cminbox.suggestions.engine import Engine
from cminbox.suggestions.entries import Entry
from cminbox.suggestions.hearing import MOST_WORDS, everyday

REPLIES = [
    Entry("wash", "Washing a zebra coat", lang="en"),
    Entry("size", "Sizes of trousers", lang="en"),
    Entry("post", "Parcels abroad", lang="en"),
    Entry("sale", "Sales in winter", lang="en"),
    Entry("shop", "Shops in town", lang="en"),
]
"""Zebra is the brand: everybody writes it."""


def test_a_word_counts_once_for_each_person() -> None:
    said = [(person, "Zebra, zebra! my ZEBRA") for person in range(6)]
    said += [(99, "trousers")] * 50
    words = everyday(said)
    assert words["zebra"] == 6 / 7
    assert "trousers" not in words


def test_words_of_a_few_people_are_not_kept() -> None:
    many = [(person, "zebra") for person in range(1_000)]
    assert everyday([*many, *((person, "scarf") for person in range(4))]).keys() == {"zebra"}
    assert everyday([*many, *((person, "scarf") for person in range(9))]).keys() == {"zebra"}
    assert everyday([*many, *((person, "scarf") for person in range(10))]).keys() == {"zebra", "scarf"}


def test_the_words_are_bounded_and_do_not_depend_on_the_order() -> None:
    said = [(person, f"word{number}x") for person in range(5) for number in range(MOST_WORDS + 10)]
    words = everyday(said)
    assert len(words) == MOST_WORDS
    assert list(everyday(said[::-1]).items()) == list(words.items())


def test_nobody_and_nothing_give_no_words() -> None:
    assert everyday([]) == {}
    assert everyday([(1, ""), (2, "https://example.com")]) == {}


def test_a_word_of_everybody_counts_less_than_one_that_asks_something() -> None:
    plain, hearing = Engine(), Engine()
    plain.load(REPLIES)
    hearing.load(REPLIES, {"zebra": 0.9})
    text = "zebra parcels"
    assert hearing.suggest(text, "en").suggestions[0].reply == "post"
    without, with_ = (
        {one.reply: one.score for one in engine.suggest(text, "en").suggestions} for engine in (plain, hearing)
    )
    assert with_["wash"] / with_["post"] < without["wash"] / without["post"]


def test_a_strange_word_of_everybody_speaks_less_against_a_reply() -> None:
    plain, hearing = Engine(), Engine()
    plain.load(REPLIES)
    hearing.load(REPLIES, {"gizmo": 0.5})
    text = "parcels gizmo"
    assert hearing.suggest(text, "en").suggestions[0].score > plain.suggest(text, "en").suggestions[0].score


def test_a_word_of_everybody_still_finds_the_one_reply_that_knows_it() -> None:
    engine = Engine()
    engine.load(REPLIES, {"zebra": 1.0})
    assert engine.suggest("zebra", "en").suggestions[0].reply == "wash"


def test_without_an_inbox_nothing_changes() -> None:
    plain, hearing = Engine(), Engine()
    plain.load(REPLIES)
    hearing.load(REPLIES, {})
    for text in ("zebra parcels", "trousers in winter", "gizmo"):
        assert plain.suggest(text, "en") == hearing.suggest(text, "en")
