"""Each verb, pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import NOON
from stage.scenery import HOUR, MINUTE
from stage.showing import enter, inbox, picture, until

from cminbox.domain.conversation import Priority, Status

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session


def chosen(pilot: Pilot[ExitResult]) -> str:
    row = inbox(pilot).desk.row
    assert row is not None
    return row.person.handle


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


async def test_letters_and_arrows_move(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "down")
        assert chosen(pilot) == "sam"
        await pilot.press("k", "up", "k")
        assert chosen(pilot) == "ana"


async def test_the_ends_of_the_list_are_a_chord_and_a_capital_away(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("G")
        assert chosen(pilot) == "tom"
        await pilot.press("g", "g")
        assert chosen(pilot) == "ana"
        await pilot.press("end", "home")
        assert chosen(pilot) == "ana"


async def test_pages_go_down_and_up(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("pagedown")
        assert inbox(pilot).desk.chosen == 7
        await pilot.press("pageup")
        assert inbox(pilot).desk.chosen == 0


async def test_a_chord_shows_how_it_goes_on_and_a_wrong_key_ends_it(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z")
        assert says(pilot) == "z …"
        await until(pilot, lambda: "tomorrow" in picture(pilot), "who hesitates is told")
        await pilot.press("j")
        await pilot.pause()
        assert "tomorrow" not in picture(pilot)
        assert chosen(pilot) == "ana"


async def test_done_greys_the_row_in_place_and_goes_on(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "e")
        screen = inbox(pilot)
        assert screen.desk.window[1].row.status is Status.DONE
        assert chosen(pilot) == "sam"
        assert len(screen.desk.window) == 12
        assert workspace.queue.counts().queue == 11
        assert "u undoes" in says(pilot)


async def test_undo_brings_it_back_and_goes_there(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("e", "e", "u")
        assert chosen(pilot) == "joe.sky.example"
        await pilot.press("u")
        assert chosen(pilot) == "ana"
        assert workspace.queue.counts().queue == 12
        await pilot.press("u")
        assert "nothing to undo" in says(pilot)


@pytest.mark.parametrize(
    ("keys", "until"),
    [
        (("z", "1"), NOON + HOUR),
        (("z", "ampersand"), NOON + HOUR),
        (("z", "t"), NOON - 61 * MINUTE + 24 * HOUR),
        (("z", "w"), NOON - 61 * MINUTE + 7 * 24 * HOUR),
        (("z", "m"), NOON - 61 * MINUTE + 3 * 24 * HOUR),
        (("z", "c", "2", "h"), NOON + 2 * HOUR),
    ],
)
async def test_later(shown: Shown, given: Session, workspace: Workspace, keys: tuple[str, ...], until: int) -> None:
    async with shown(given) as pilot:
        first = inbox(pilot).desk.window[0].row.id
        await pilot.press(*keys)
        if inbox(pilot).field is not None:
            await enter(pilot)
        row = workspace.queue.row(first)
        assert row is not None
        assert (row.status, row.snoozed_until) == (Status.SNOOZED, until)
        assert chosen(pilot) == "joe.sky.example"


async def test_until_they_answer(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z", "r")
        assert inbox(pilot).desk.window[0].row.status is Status.PENDING


async def test_a_time_that_is_none_is_refused_in_words(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z", "c", *"soon")
        await enter(pilot)
        assert "no time" in says(pilot)
        assert inbox(pilot).desk.window[0].row.status is Status.OPEN


async def test_what_is_done_or_put_off_is_opened_again(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        first = inbox(pilot).desk.window[0].row.id
        await pilot.press("e", "k", "O")
        assert "Back in the queue" in says(pilot)
        row = workspace.queue.row(first)
        assert row is not None
        assert row.status is Status.OPEN
        assert chosen(pilot) == "ana"
        await pilot.press("z", "1", "k", "O")
        row = workspace.queue.row(first)
        assert row is not None
        assert (row.status, row.snoozed_until) == (Status.OPEN, None)
        await pilot.press("u")
        row = workspace.queue.row(first)
        assert row is not None
        assert row.status is Status.SNOOZED


@pytest.mark.parametrize("letter", ["u", "h", "l"])
async def test_priorities_are_set_shown_and_undone(
    shown: Shown, given: Session, workspace: Workspace, letter: str
) -> None:
    meant = {"u": Priority.URGENT, "h": Priority.HIGH, "l": Priority.LOW}[letter]
    async with shown(given) as pilot:
        first = inbox(pilot).desk.window[0].row.id
        await pilot.press("P", letter)
        row = workspace.queue.row(first)
        assert row is not None
        assert row.priority is meant
        assert f"priority {meant.value}" in inbox(pilot).rule.text
        await pilot.press("P", "n")
        assert "priority" not in inbox(pilot).rule.text
        await pilot.press("u", "u")
        row = workspace.queue.row(first)
        assert row is not None
        assert row.priority is Priority.NORMAL


async def test_taking_and_assigning(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("A")
        assert inbox(pilot).desk.window[0].row.assignee == "kim"
        await pilot.press("a", *"@bob")
        await enter(pilot)
        assert inbox(pilot).desk.window[0].row.assignee == "bob"
        assert chosen(pilot) == "ana"
        assert "assigned to bob" in inbox(pilot).rule.text


async def test_tags_are_added_and_taken_away(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("t", *"Order #late")
        await enter(pilot)
        assert inbox(pilot).desk.window[0].row.tags == ("late", "order")
        assert "Tagged #Order #late" in says(pilot)
        await pilot.press("t", *"-late")
        await enter(pilot)
        assert inbox(pilot).desk.window[0].row.tags == ("order",)
        assert "No longer tagged #late" in says(pilot)
        await pilot.press("t", *"vip -order")
        await enter(pilot)
        assert "Tagged #vip, no longer #order" in says(pilot)


async def test_a_note_is_told_apart_by_its_words(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("n")
        assert "INTERNAL NOTE" in picture(pilot)
        await pilot.press(*"call her")
        await enter(pilot)
        assert "# internal note of kim" in inbox(pilot).preview.text
        assert workspace.outbox.outstanding() == []


async def test_a_like_is_asked_for_where_the_network_has_one(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("L")
        assert "like" in says(pilot)
        await pilot.press("j", "L")
        assert "Not possible on Bluesky: its API has no such call" in says(pilot)


async def test_each_prompt_says_what_it_is_for(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("n")
        assert "INTERNAL NOTE" in picture(pilot)
        await pilot.press("escape", "slash")
        assert "Filter:" in picture(pilot)
        assert "INTERNAL NOTE" not in picture(pilot)


async def test_each_reply_says_to_whom_it_goes(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("r")
        assert "Reply to @ana" in picture(pilot)
        await pilot.press("escape", "j", "r")
        assert f"Reply to @{chosen(pilot)}" in picture(pilot)
        assert "Reply to @ana" not in picture(pilot)


async def test_what_a_prompt_refuses_stays_to_be_mended_and_nothing_of_it_acts(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("z", "c", *"never", "enter")
        assert "“never” is no time" in says(pilot)
        assert "never" in picture(pilot)
        await pilot.press("e", "r")
        assert "neverer" in picture(pilot)
        await pilot.press(*["backspace"] * 7, "2", "h", "enter")
        await until(pilot, lambda: "Put off" in says(pilot))


async def test_a_reply_is_written_to_one_conversation_and_not_beside_those_that_are_marked(
    shown: Shown, given: Session
) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "x", "r")
        assert "first take the marks away" in says(pilot)
        assert "Reply to" not in picture(pilot)
        await pilot.press("escape", "r")
        assert "Reply to" in picture(pilot)


async def test_leaving_a_prompt_changes_nothing(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("t", *"order", "escape")
        await pilot.pause()
        assert inbox(pilot).desk.window[0].row.tags == ()
        await pilot.press("j")
        assert chosen(pilot) == "joe.sky.example"


async def test_all_under_one_post_is_one_step(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("E")
        assert "Done" in says(pilot)
        await pilot.press("u")
        assert workspace.queue.counts().queue == 12
