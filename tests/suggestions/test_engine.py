"""The right reply comes first, whatever the message looks like."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cminbox.suggestions.engine import Engine
from cminbox.suggestions.entries import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.suggestions.conftest import Sent

ROOT = Path(__file__).parents[2]


def _places(engine: Engine, messages: Sequence[Sent], change: Callable[[str], str] = str) -> list[int]:
    """Return on which place (from 0 on) the right reply of each message stands, 99 for none."""
    found = []
    for sent in messages:
        names = [one.reply for one in engine.suggest(change(sent.text), sent.lang).suggestions]
        found.append(names.index(sent.reply) if sent.reply in names else 99)
    return found


def _share(places: list[int], first: int) -> float:
    return sum(place < first for place in places) / len(places)


@pytest.mark.parametrize(("examples", "first", "three"), [(0, 0.75, 0.85), (1, 0.8, 0.9), (2, 0.9, 0.95)])
def test_the_right_reply_is_among_the_best_and_examples_help(
    library: list[Entry], messages: list[Sent], load: Callable[..., Engine], examples: int, first: float, three: float
) -> None:
    places = _places(load([replace(entry, examples=entry.examples[:examples]) for entry in library]), messages)
    assert _share(places, 1) >= first
    assert _share(places, 3) >= three


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: f"@bakery {text} 😡 #fail https://example.com/x",
        lambda text: f"Hello team, {text} Thanks in advance!",
        lambda text: f"Bonsoir, {text} Merci pour votre aide, bonne journée. Cordialement, Camille",
    ],
)
def test_what_stands_around_the_words_costs_nothing(
    engine: Engine, messages: list[Sent], change: Callable[[str], str]
) -> None:
    assert _places(engine, messages, change) == _places(engine, messages)


def test_slips_of_the_keyboard_cost_little(engine: Engine, messages: list[Sent]) -> None:
    def swapped(text: str) -> str:
        return " ".join(f"{word[:2]}{word[3]}{word[2]}{word[4:]}" if len(word) > 5 else word for word in text.split())

    assert _share(_places(engine, messages, swapped), 3) >= _share(_places(engine, messages), 3) - 0.1


def test_a_reply_in_the_language_of_the_message_comes_before_its_twin(engine: Engine) -> None:
    for lang in ("en", "fr"):
        assert engine.suggest("vegan", lang).suggestions[0].reply == f"vegan.{lang}"


def test_the_language_is_heard_where_nobody_tells_it(engine: Engine) -> None:
    assert engine.suggest("je suis vegan").suggestions[0].reply == "vegan.fr"
    assert engine.suggest("i am vegan").suggestions[0].reply == "vegan.en"


def test_a_reply_in_another_language_is_found_by_what_it_is_about(load: Callable[..., Engine]) -> None:
    engine = load([Entry("a", "Remboursement", lang="fr"), Entry("b", "Mot de passe", lang="fr")])
    assert [one.reply for one in engine.suggest("I want my money back", "en").suggestions] == ["a"]


def test_nothing_is_suggested_where_nothing_fits(engine: Engine) -> None:
    for text in ("", "😡", "zzzz qqqq", "https://example.com"):
        found = engine.suggest(text, "en")
        assert found.suggestions == ()
        assert not found.confident


def test_an_empty_library_suggests_nothing() -> None:
    assert Engine().suggest("where is my order").suggestions == ()


def test_no_more_is_suggested_than_was_asked_for(engine: Engine) -> None:
    assert [len(engine.suggest("my order", "en", limit).suggestions) for limit in (-1, 0, 1, 3)] == [0, 0, 1, 3]
    assert len(engine.suggest("my order the and is it for a parcel refund job", "en").suggestions) == 10


def test_equal_replies_come_in_the_order_of_the_library(load: Callable[..., Engine]) -> None:
    entries = [Entry(name, "Late parcel", lang="en") for name in "cab"]
    assert [one.reply for one in load(entries).suggest("late parcel", "en").suggestions] == ["c", "a", "b"]


def test_of_replies_of_one_id_the_last_counts(load: Callable[..., Engine]) -> None:
    engine = load([Entry("a", "Late parcel"), Entry("a", "Broken tin")])
    assert engine.suggest("late parcel").suggestions == ()
    assert [one.reply for one in engine.suggest("broken tin").suggestions] == ["a"]


ODD = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="aeé#@ {}'\u2019.\n\u0301\u200d😡", max_size=80),
    st.sampled_from(["where is my order " * 5_500, "a" * 20_000, "\ud800", "' OR 1=1 -- NEAR(* )", "e\u0301" * 50]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ODD, lang=st.sampled_from(["en", "fr", "de", "", "x" * 50, None]))
def test_any_message_is_answered_with_falling_scores_and_the_same_twice(
    engine: Engine, text: str, lang: str | None
) -> None:
    found = engine.suggest(text, lang)
    scores = [one.score for one in found.suggestions]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({one.reply for one in found.suggestions}) == len(scores) <= 10
    assert engine.suggest(text, lang) == found


@example([("", ""), ("", ""), ("1", "00:I:I"), ("00", "1:A:O")], "0:A\U00018cd6A:I")
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60)), max_size=5), st.text(max_size=60))
def test_any_library_can_be_loaded_picked_and_forgotten(replies: list[tuple[str, str]], text: str) -> None:
    engine = Engine()
    engine.load([Entry(str(n), title, body=body, examples=(body,)) for n, (title, body) in enumerate(replies)])
    before = engine.suggest(text)
    for number in range(len(replies)):
        engine.pick(text, str(number))
        assert engine.forget(text, str(number))
    assert [one.reply for one in engine.suggest(text).suggestions] == [one.reply for one in before.suggestions]


PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import conftest
engine = conftest.loaded(conftest.read_replies())
for sent in conftest.read_messages():
    print([(one.reply, one.score) for one in engine.suggest(sent.text).suggestions])
    engine.pick(sent.text, sent.reply)
"""


def test_another_process_answers_the_same() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(Path(__file__).parent)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert said.pop().count("tracking.en") > 1


def test_what_stands_nearly_everywhere_is_still_counted_in_a_large_library(
    load: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [Entry(str(n), f"order parcel number{n % 50}", lang="en") for n in range(300)]
    whole = load(entries).suggest("order parcel number7", "en")
    monkeypatch.setattr("cminbox.suggestions.engine._READ", 10)
    assert load(entries).suggest("order parcel number7", "en") == whole


def test_a_library_of_very_many_phrases_is_found_by_words_alone(
    load: Callable[..., Engine], library: list[Entry], messages: list[Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.suggestions.engine._PAIRS_UP_TO", 10)
    assert _share(_places(load(library), messages), 3) >= 0.95


def test_a_common_word_that_the_library_lacks_is_no_slip_of_another(load: Callable[..., Engine]) -> None:
    engine = load([Entry("a", "Like and share", lang="en"), Entry("b", "Refund", lang="en")])
    assert engine.suggest("life", "en").suggestions == ()
    assert engine.suggest("liek", "en").suggestions[0].reply == "a"
