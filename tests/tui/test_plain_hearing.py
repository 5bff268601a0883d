"""What is said line by line is understood by ear: no sign without a word, and one always hears where one is."""

# ruff: noqa: RUF001 - what input methods write is typed here

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cminbox.i18n import use
from cminbox.tui.session import Preferences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stage.line import Line
    from stage.opening import Clock

    from cminbox.inbox.workspace import Workspace

    Typed = Callable[..., str]


@pytest.fixture
def french() -> Iterator[None]:
    use("fr")
    yield
    use("en")


def test_who_wrote_when_is_said_in_words(typed: Typed) -> None:
    said = typed("g d") + typed("1") + typed("o")
    assert "@sam Sam O'Neill, 29 min ago" in said
    assert "we, as @brand" in said
    assert "·" not in said
    assert "→" not in said


def test_drafts_and_notes_in_a_thread_are_said_in_words(line: Line, typed: Typed) -> None:
    typed("r", "Hello", ".q")
    typed("n asks for the second time")
    said = typed("o")
    assert "reply of kim: draft" in said
    assert "internal note of kim, never sent, 0 s ago" in said
    assert "→" not in said
    assert line.inbox.desk.row is not None


def test_how_much_a_person_wrote_is_a_sentence(typed: Typed) -> None:
    assert "1 message, 2 h ago" in typed("p")
    typed("g d")
    assert "2 messages, the first 35 min ago" in typed("p")


def test_what_has_come_is_told_with_the_word_that_does_something_about_it(line: Line) -> None:
    line.inbox.desk.arrivals = {1, 2}
    said = line.play()
    assert "2 new; merge shows them" in said


def test_replies_that_were_not_sent_are_told_with_where_they_are(
    line: Line, workspace: Workspace, clock: Clock
) -> None:
    from cminbox.domain.saying import say  # noqa: PLC0415 - here alone

    reply = line.inbox.session.acting.reply(1, "On its way", now=True)
    workspace.outbox.refused(reply.id, say("No such thread"), now=clock())
    assert "1 reply was not sent; g o lists it" in line.play()


def test_help_names_signs_that_a_screen_reader_may_leave_out(line: Line, typed: Typed) -> None:
    assert "? or help says the rest" in line.play()
    said = typed("help")
    assert ", or merge: Put new arrivals" in said
    assert "/ or filter: Show only" in said
    assert "? or help lists what does" in typed("nonsense")
    assert "type more to go on" in typed("list")


def test_after_an_undo_one_hears_where_one_is(typed: Typed) -> None:
    typed("z t")
    said = typed("u")
    assert "“Put off until" in said
    assert "is undone" in said
    assert "You are at: 1. " in said


def test_where_nothing_is_one_hears_that_one_has_stayed(typed: Typed) -> None:
    said = typed("g o")
    assert "No reply is waiting." in said
    assert "You are still in the inbox" in said


def test_a_filter_that_nothing_fits_says_how_to_get_rid_of_it(typed: Typed) -> None:
    said = typed("/ xyzzy")
    assert "Nothing fits; clear filter shows all again, is:all looks through what is done as well" in said
    assert "Words look into texts only; from:xyzzy looks among names" in said


def test_a_name_typed_as_a_word_is_looked_for_among_names_when_one_says_so(typed: Typed) -> None:
    assert "type among names to do that" in typed("/ pierre")
    assert "@pierre" in typed("among names")
    assert "no plain word that could be a name" in typed("among names")
    assert "looks among names" not in typed("/ kind:comment")


def test_leaving_a_blank_leaves_the_text_and_puts_nothing_into_it(
    line: Line, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace  # noqa: PLC0415 - here alone

    from stage.shelf import Shelved  # noqa: PLC0415 - as above

    from cminbox.tui.widgets.suggestion_strip import CLOSES, OPENS  # noqa: PLC0415 - as above

    option = replace(Shelved.OPTIONS[0], text=f"It comes on {OPENS}day{CLOSES}.")
    monkeypatch.setattr(Shelved, "OPTIONS", (option,))
    typed("")
    said = typed("use 1", ".q")
    assert "day? Enter leaves it open, .q leaves the text:" in said
    assert "Send to" not in said
    assert "Kept as a draft" in said
    row = line.inbox.desk.row
    assert row is not None
    draft = line.inbox.session.reading.draft(row.id)
    assert draft is not None
    assert ".q" not in draft.text


@pytest.mark.parametrize("verb", ["z c", "t"])
def test_an_empty_answer_to_what_a_verb_asks_for_does_nothing(typed: Typed, verb: str) -> None:
    assert typed(verb, "").endswith("Nothing was done\n")


@pytest.mark.usefixtures("french")
def test_settings_that_are_read_again_change_the_language_of_every_question(line: Line, typed: Typed) -> None:
    assert "Reporter de combien" in typed("z c", "")
    line.inbox.session.preferences = lambda: Preferences({}, "", {}, "next", language="en")
    typed("reload")
    assert "Put off for how long?" in typed("z c", "")


@pytest.mark.usefixtures("french")
def test_in_french_nothing_is_left_in_english(typed: Typed) -> None:
    said = typed("g d") + typed("1") + typed("help") + typed("p") + typed("g o") + typed("/ xyzzy") + typed("x 1")
    for english in ("ago", "help says", "Nothing", "still", "type more", " or "):
        assert english not in said


@pytest.mark.parametrize("typed_line", ["ｌｉｓｔ", "／　ship", "ｇ ｄ", "１"])
def test_a_command_typed_with_an_input_method_is_understood(typed: Typed, typed_line: str) -> None:
    assert "says nothing here" not in typed(typed_line)
