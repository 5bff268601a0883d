"""A question in the last line: what answers it, what leaves it standing, and what was typed ahead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.showing import enter, inbox, picture, until
from stage.suggested import composed, footer, offered
from textual import events

from cminbox.domain.conversation import Status
from cminbox.domain.reply import ReplyState
from cminbox.inbox.acting import Acting
from cminbox.tui.screens.base import Answer, KeyScreen
from cminbox.tui.screens.outbox import OutboxScreen
from cminbox.tui.widgets.footer import question_line

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

_APART = 0.001
"""Seconds between two keys: more than the stage takes for a paste."""


async def ahead(pilot: Pilot[ExitResult], *keys: str) -> None:
    """Type faster than the screen follows: all keys are there before the first one is heard."""
    app = pilot.app
    await pilot.pause(len(keys) * _APART)
    for number, key in enumerate(keys):
        event = events.Key(key, key if len(key) == 1 else None)
        event.time += (number - len(keys)) * _APART
        app.post_message(event)
    await pilot.pause()
    await pilot.pause()


def asks_to_delete(pilot: Pilot[ExitResult], done: list[str]) -> KeyScreen:
    screen = inbox(pilot)
    screen.ask("Really?", (Answer("y", "yes", lambda: done.append("y")), Answer("escape", "no", lambda: None)))
    return screen


@pytest.mark.parametrize("key", ["e", "j", "enter", "space", "x", "q", "Z", "f5", "ctrl+l"])
async def test_any_other_key_leaves_a_question_standing_and_does_nothing(
    shown: Shown, given: Session, key: str
) -> None:
    async with shown(given) as pilot:
        done: list[str] = []
        screen = asks_to_delete(pilot, done)
        before = screen.desk.row
        await pilot.press(key)
        assert screen.asks
        assert "Really?  y yes  Esc no  only these keys answer" in footer(pilot)
        assert (done, screen.desk.row, screen.desk.marks.some) == ([], before, False)
        await pilot.press("y")
        assert (done, screen.asks) == (["y"], False)
        assert "only these" not in footer(pilot)


@pytest.mark.parametrize("key", ["escape", "ctrl+c", "n"])
async def test_escape_control_c_and_n_are_a_no(shown: Shown, given: Session, key: str) -> None:
    async with shown(given) as pilot:
        done: list[str] = []
        screen = asks_to_delete(pilot, done)
        await pilot.press(key)
        assert (done, screen.asks) == ([], False)
        assert "leaves cminbox" not in footer(pilot)


async def test_an_answer_counts_also_with_caps_lock_and_on_other_layouts(shown: Shown, given: Session) -> None:
    given.signs = {"н": "y"}
    async with shown(given) as pilot:
        for key in ("Y", "н"):
            done: list[str] = []
            asks_to_delete(pilot, done)
            await pilot.press(key)
            assert done == ["y"]


@pytest.mark.parametrize("opened", [("t",), (":",), ("?",), ("slash",)])
async def test_control_c_gives_up_a_line_that_is_asked_for(
    shown: Shown, given: Session, opened: tuple[str, ...]
) -> None:
    async with shown(given) as pilot:
        await pilot.press(*opened, *"vip")
        assert composed(pilot) == "vip"
        await pilot.press("ctrl+c")
        assert inbox(pilot).field is None
        assert "vip" not in inbox(pilot).desk.window[0].row.tags


async def test_control_c_leaves_no_reply_that_is_being_written(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("r", *"Hello", "ctrl+c")
        assert composed(pilot) == "Hello"


async def test_a_question_without_a_no_is_closed_by_escape(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        inbox(pilot).ask("Why", (Answer("w", "open it", lambda: None),))
        await pilot.press("j")
        assert inbox(pilot).asks
        assert "Why  w open it  Esc leave it  only these keys answer" in footer(pilot)
        await pilot.press("escape")
        assert not inbox(pilot).asks


async def test_an_offer_lets_every_other_key_do_what_it_does(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        screen = inbox(pilot)
        screen.ask("Left", (Answer("enter", "look", lambda: None),), passing=True)
        await pilot.press("j")
        assert (screen.asks, screen.desk.chosen) == (False, 1)


def test_the_hint_of_a_long_question_leaves_room_for_it() -> None:
    keys = [("y", "yes"), ("escape", "no")]
    long = "Delete our answer “We are on it, and it will be there tomorrow” for good?"
    wide, narrow = question_line(long, keys, 120, missed=True), question_line(long, keys, 40, missed=True)
    assert long in str(wide)
    assert str(wide).endswith("only these keys answer")
    assert str(narrow).startswith("Delete our answer")
    assert "y yes  Esc no" in str(narrow)
    assert narrow.width <= 40
    assert narrow != question_line(long, keys, 40)


async def test_letters_typed_ahead_of_a_question_act_on_nothing(
    shown: Shown, given: Session, colleague: Workspace
) -> None:
    async with shown(given) as pilot:
        row = inbox(pilot).desk.row
        assert row is not None
        Acting(colleague).claim(row.id)
        await ahead(pilot, "e", "x", "f", "o", "e")
        assert "bob is writing an answer here. Done?" in footer(pilot)
        desk = inbox(pilot).desk
        assert (desk.chosen, desk.marks.some, desk.window[0].row.flagged) == (0, False, False)
        assert desk.window[0].row.status is Status.OPEN


async def test_a_chord_that_goes_on_wrongly_is_closed_and_its_key_does_nothing(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        for begun in ("g", "z", "d", "y"):
            await pilot.press(begun, "e")
            assert "…" not in footer(pilot)
        assert inbox(pilot).desk.window[0].row.status is Status.OPEN
        assert inbox(pilot).desk.chosen == 0


async def test_what_is_typed_ahead_of_a_prompt_that_the_palette_opens_is_its_text(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await ahead(pilot, ":", *"add tags", "enter", *"refund")
        await until(pilot, lambda: composed(pilot) == "refund", "typed into the prompt")
        await enter(pilot)
        await until(pilot, lambda: "refund" in inbox(pilot).desk.window[0].row.tags)


async def test_an_arrow_typed_after_enter_in_the_palette_does_not_change_what_was_picked(
    shown: Shown, given: Session
) -> None:
    async with shown(given) as pilot:
        await ahead(pilot, ":", *"late", "enter", "down")
        await until(pilot, lambda: inbox(pilot).desk.view.id == "late")


async def test_what_is_typed_ahead_of_the_composer_that_a_search_opens_is_its_text(
    shown: Shown, suggested: Session
) -> None:
    async with shown(suggested) as pilot:
        await offered(pilot, "Sorry Ana")
        await pilot.press("c", *"saturday")
        await pilot.press(*["backspace"] * 8, *"longer")
        await until(pilot, lambda: "It takes a little longer" in picture(pilot))
        await ahead(pilot, "enter", *" e x")
        await until(pilot, lambda: composed(pilot) == "It takes a little longer. e x")


async def test_keys_for_a_list_that_is_only_just_opening_are_not_heard_by_the_inbox(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        first = inbox(pilot).desk.row
        assert first is not None
        home = inbox(pilot)
        await ahead(pilot, "g", "o", "x", "e")
        await until(pilot, lambda: isinstance(pilot.app.screen, OutboxScreen))
        await pilot.pause()
        assert not home.desk.marks.some
        row = workspace.queue.row(first.id)
        assert row is not None
        assert row.status is Status.OPEN


async def test_what_is_typed_ahead_of_a_reply_that_is_taken_back_is_its_text(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("r", *"Hello")
        await enter(pilot)
        await until(pilot, lambda: [one.state for one in workspace.outbox.outstanding()] == [ReplyState.HELD])
        await pilot.press("g", "o")
        await until(pilot, lambda: isinstance(pilot.app.screen, OutboxScreen))
        await pilot.pause()
        await ahead(pilot, "e", *" hex")
        await until(pilot, lambda: not isinstance(pilot.app.screen, OutboxScreen))
        await until(pilot, lambda: composed(pilot) == "Hello hex")
