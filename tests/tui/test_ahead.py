"""What is typed ahead into a text that does not open acts on nothing."""

from __future__ import annotations

from time import sleep
from typing import TYPE_CHECKING

import pytest
from stage.showing import enter, inbox, until
from stage.suggested import footer

from cminbox.domain.conversation import Status
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.inbox.acting import Acting
from cminbox.inbox.persons import Persons
from cminbox.tui import ahead
from cminbox.tui.actions import ACTIONS

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.domain.conversation import QueueRow
    from cminbox.tui.session import ExitResult, Session

REFUSED = "There is no filter to save"


async def refused(pilot: Pilot[ExitResult]) -> None:
    """Ask for a view to be saved where none can be."""
    await pilot.press("/", *"net:ma")
    await enter(pilot)
    await until(pilot, lambda: inbox(pilot).field is None)
    await pilot.press("+")
    assert REFUSED in footer(pilot)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PAUSE_SECONDS", 60.0)


@pytest.mark.usefixtures("patient")
async def test_letters_of_a_name_for_a_view_that_cannot_be_saved_do_nothing(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await refused(pilot)
        here = inbox(pilot).desk.chosen
        await pilot.press(*"e fjOx", "enter", *"A1s")
        screen = inbox(pilot)
        assert (screen.desk.chosen, screen.desk.marks.some, screen.field) == (here, False, None)
        assert inbox(pilot).desk.window[0].row.status is Status.OPEN
        assert REFUSED in footer(pilot)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("key", ["escape", "down"])
async def test_a_key_that_writes_nothing_ends_it_and_acts(shown: Shown, given: Session, key: str) -> None:
    async with shown(given) as pilot:
        await refused(pilot)
        await pilot.press("x", key, "x")
        assert inbox(pilot).desk.marks.some


async def test_whose_hand_has_rested_presses_keys_again(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "PAUSE_SECONDS", 0.01)
    async with shown(given) as pilot:
        await refused(pilot)
        await pilot.pause(0.05)
        await pilot.press("x")
        assert inbox(pilot).desk.marks.some


@pytest.mark.usefixtures("patient")
async def test_a_reply_that_is_refused_lets_its_text_act_on_nothing(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise Problem(say("The disk is full"))

    monkeypatch.setattr(Acting, "claim_soon", full)
    async with shown(given) as pilot:
        await pilot.press("r", *"hello", "enter")
        await until(pilot, lambda: "The disk is full" in footer(pilot))
        assert inbox(pilot).desk.window[0].row.status is Status.OPEN
        assert inbox(pilot).field is None


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("seconds", [0.0, 0.3])
async def test_a_private_reply_that_is_refused_beside_the_screen_lets_its_text_act_on_nothing(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    def full(*_: object) -> None:
        sleep(seconds)
        raise Problem(say("The disk is full"))

    monkeypatch.setattr(Persons, "private_conversation", full)
    async with shown(given) as pilot:
        await pilot.press("R", *"je")
        await until(pilot, lambda: "The disk is full" in footer(pilot))
        here = inbox(pilot).desk.chosen
        await pilot.press(*"jex", "enter")
        screen = inbox(pilot)
        assert (screen.desk.chosen, screen.desk.marks.some, screen.field) == (here, False, None)
        assert screen.desk.window[0].row.status is Status.OPEN


@pytest.mark.usefixtures("patient")
async def test_a_text_that_is_refused_after_a_busy_database_is_told_of_and_lets_nothing_act(
    shown: Shown, given: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(_persons: Persons, row: QueueRow) -> int:
        sleep(0.3)
        return row.id

    def full(*_: object, **__: object) -> None:
        raise Problem(say("The disk is full"))

    monkeypatch.setattr(Acting, "claim_soon", full)
    monkeypatch.setattr(Persons, "private_conversation", later)
    async with shown(given) as pilot:
        await pilot.press("R")
        await until(pilot, lambda: "The disk is full" in footer(pilot))
        await pilot.press(*"jx")
        assert (inbox(pilot).desk.marks.some, inbox(pilot).field) == (False, None)


def test_every_action_that_opens_a_text_is_one_of_the_registry() -> None:
    assert {one.id for one in ACTIONS} >= ahead.OPENING
