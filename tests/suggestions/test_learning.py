"""Each pick makes the next suggestion better, at once, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.suggestions.conftest import Sent

    from cminbox.suggestions.engine import Engine
    from cminbox.suggestions.entries import Entry


def _names(engine: Engine, text: str, lang: str | None = "en") -> list[str]:
    return [one.reply for one in engine.suggest(text, lang).suggestions]


def test_a_picked_message_suggests_its_reply_first_whatever_it_says(engine: Engine) -> None:
    text = "where is my parcel"
    assert _names(engine, text)[0] == "tracking.en"
    engine.pick(text, "wedding.en", "en")
    assert _names(engine, text)[:2] == ["wedding.en", "tracking.en"]
    engine.pick(text, "refund.en", "en")
    assert _names(engine, text)[:2] == ["refund.en", "wedding.en"]
    assert not engine.suggest(text, "en").confident


def test_a_message_of_unknown_words_is_recognised(engine: Engine) -> None:
    engine.pick("zzzz qqqq", "job.en", "en")
    found = engine.suggest("Hello! ZZZZ qqqq 😡", "en")
    assert found.suggestions[0].reply == "job.en"
    assert found.confident


def test_a_pick_helps_messages_like_it(engine: Engine) -> None:
    assert _names(engine, "I want to freeze my biscuits")[0] != "allergens.en"
    engine.pick("can they be kept in the freezer, frozen or so", "allergens.en", "en")
    engine.pick("is it possible to freeze them", "allergens.en", "en")
    assert _names(engine, "I want to freeze my biscuits")[0] == "allergens.en"


def test_learning_from_a_day_of_messages_lifts_the_first_place(
    library: list[Entry], messages: list[Sent], load: Callable[..., Engine]
) -> None:
    engine = load([replace(entry, tags=(), examples=()) for entry in library])

    def right() -> int:
        return sum(_names(engine, sent.text, sent.lang)[:1] == [sent.reply] for sent in messages)

    before = right()
    for entry in library:
        for example in entry.examples:
            engine.pick(example, entry.id, entry.lang)
    assert right() >= before + 5


def test_a_pick_that_is_forgotten_leaves_nothing(engine: Engine, messages: list[Sent]) -> None:
    before = [engine.suggest(sent.text, sent.lang) for sent in messages]
    engine.pick("we need treats for a hen night", "wedding.en", "en")
    engine.pick("we need treats for a hen night", "wedding.en", "en")
    assert engine.forget("we need treats for a hen night", "wedding.en", "en")
    assert engine.forget("we need treats for a hen night", "wedding.en", "en")
    assert not engine.forget("we need treats for a hen night", "wedding.en", "en")
    after = [engine.suggest(sent.text, sent.lang) for sent in messages]
    assert [[one.reply for one in found.suggestions] for found in after] == [
        [one.reply for one in found.suggestions] for found in before
    ]
    assert engine.why("treats", "wedding.en").picked == 0


def test_loading_forgets_every_pick(engine: Engine, library: list[Entry]) -> None:
    text = "where is my parcel"
    before = engine.suggest(text, "en")
    engine.pick(text, "job.en", "en")
    engine.load(library)
    assert engine.suggest(text, "en") == before


def test_a_pick_without_words_is_counted_and_changes_no_suggestion(engine: Engine) -> None:
    before = engine.suggest("where is my parcel", "en")
    engine.pick("😡", "job.en")
    assert engine.suggest("where is my parcel", "en") == before
    assert engine.suggest("🙏").suggestions == ()
    assert engine.why("", "job.en").picked == 1


def test_a_reply_that_is_not_loaded_cannot_be_picked(engine: Engine) -> None:
    for act in (engine.pick, engine.forget, engine.why):
        with pytest.raises(KeyError):
            act("where is my parcel", "nowhere")
    assert "nowhere" not in engine
    assert "job.en" in engine


def test_a_reply_that_is_picked_all_day_is_not_the_answer_to_everything(engine: Engine, messages: list[Sent]) -> None:
    def right() -> int:
        return sum(_names(engine, sent.text, sent.lang)[:1] == [sent.reply] for sent in messages)

    before = right()
    for number in range(200):
        engine.pick(f"where on earth is my parcel number {number} and the other one please", "tracking.en", "en")
    assert right() >= before - 2
