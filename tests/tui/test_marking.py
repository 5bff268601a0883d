"""Marks and ranges: the same verb on one line, on several, on all of a view, always as one step."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest
from stage.opening import session
from stage.scenery import arrive, crowd
from stage.showing import enter, inbox, picture, until

from cminbox.domain.conversation import Status
from cminbox.domain.filter import Filter
from cminbox.domain.message import Kind
from cminbox.inbox.acting import Acting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

EVERYBODY = 12


def statuses(pilot: Pilot[ExitResult]) -> list[Status]:
    window = inbox(pilot).desk.window
    return [window[index].row.status for index in range(len(window))]


def done(pilot: Pilot[ExitResult]) -> list[int]:
    return [index for index, status in enumerate(statuses(pilot)) if status is Status.DONE]


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


def marked(pilot: Pilot[ExitResult]) -> list[int]:
    desk = inbox(pilot).desk
    return [index for index in range(len(desk.window)) if desk.is_marked(index)]


async def wait_for_the_end(pilot: Pilot[ExitResult]) -> None:
    await until(pilot, lambda: inbox(pilot).bulk is None, "the bulk ends")


async def test_a_mark_is_shown_and_goes_down_and_the_count_is_said(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "j", "x")
        assert marked(pilot) == [0, 2]
        assert inbox(pilot).desk.chosen == 3
        assert "2 marked" in says(pilot)
        await pilot.pause()
        lines = picture(pilot).splitlines()
        assert [line[1] for line in lines[1:5]] == ["*", " ", "*", " "]


async def test_a_mark_is_taken_off_by_the_same_key(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "k", "x")
        assert marked(pilot) == []
        assert "marked" not in says(pilot)


async def test_done_takes_all_that_is_marked_as_one_step(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "x", "j", "x", "e")
        assert done(pilot) == [0, 1, 3]
        assert marked(pilot) == []
        assert "Done: 3 conversations" in says(pilot)
        await pilot.press("u")
        assert done(pilot) == []
        assert workspace.queue.counts().queue == EVERYBODY


async def test_a_range_grows_with_every_move_both_ways(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "j", "v", "j", "j")
        assert marked(pilot) == [2, 3, 4]
        await pilot.press("k", "k", "k")
        assert marked(pilot) == [1, 2]
        assert "2 marked" in says(pilot)


async def test_five_in_a_row_as_a_range(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press(*"vjjjje")
        assert done(pilot) == [0, 1, 2, 3, 4]
        assert inbox(pilot).desk.chosen == 5


async def test_a_second_v_keeps_the_range_so_that_another_can_begin(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press(*"vjvjjjvj")
        assert marked(pilot) == [0, 1, 4, 5]


async def test_from_the_last_mark_to_here(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("j", "x", "j", "j", "X")
        assert marked(pilot) == [1, 2, 3, 4]


async def test_escape_takes_every_mark_off_before_it_ends_a_filter(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"kind:comment")
        await enter(pilot)
        await pilot.press("x", "v", "escape")
        assert marked(pilot) == []
        assert inbox(pilot).desk.typed is not None
        await pilot.press("escape")
        assert inbox(pilot).desk.typed is None


async def test_the_whole_view_is_marked_but_not_what_comes_after(
    shown: Shown, given: Session, colleague: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "d", "V")
        assert "3 marked" in says(pilot)
        arrive(colleague)
        await until(pilot, lambda: "+1" in inbox(pilot).header.text)
        await pilot.press(",")
        assert len(marked(pilot)) == 3
        assert len(inbox(pilot).desk.window) == 4


async def test_what_has_come_unseen_is_not_marked_with_the_whole_view(
    shown: Shown, given: Session, colleague: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("g", "d")
        arrive(colleague)
        await until(pilot, lambda: "+1" in inbox(pilot).header.text)
        await pilot.press("V")
        await until(pilot, lambda: "3 marked" in says(pilot), "what is listed is marked")
        await pilot.press("e")
        await wait_for_the_end(pilot)
    assert colleague.queue.count(Filter(kinds=(Kind.DM,)), 9, now=colleague.now()) == 1


async def test_marks_outlive_a_refresh_and_a_filter_but_not_another_view(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "x", "e", "x", "comma")
        assert len(marked(pilot)) == 1
        await pilot.press("slash", *"kind:review")
        await enter(pilot)
        assert "1 marked" in says(pilot)
        await pilot.press("escape", "x", "tab")
        assert marked(pilot) == []
        assert not inbox(pilot).desk.marks.some


@pytest.mark.parametrize(
    ("keys", "typed", "changed"),
    [
        (("z", "t"), None, lambda row: row.status is Status.SNOOZED),
        (("A",), None, lambda row: row.assignee == "kim"),
        (("a",), "bob", lambda row: row.assignee == "bob"),
        (("t",), "order", lambda row: row.tags == ("order",)),
        (("f",), None, lambda row: row.flagged),
    ],
)
async def test_each_verb_takes_the_marked_ones_and_undoes_them_together(
    shown: Shown, given: Session, keys: Iterable[str], typed: str | None, changed: object
) -> None:
    assert callable(changed)
    async with shown(given) as pilot:
        await pilot.press("x", "x", *keys)
        if typed is not None:
            await pilot.press(*typed)
            await enter(pilot)
        window = inbox(pilot).desk.window
        assert [changed(window[index].row) for index in range(3)] == [True, True, False]
        await pilot.press("u")
        assert [changed(window[index].row) for index in range(3)] == [False, False, False]


async def test_a_note_goes_to_each_marked_one(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "x", "n", *"ask bob")
        await enter(pilot)
        ids = [inbox(pilot).desk.window[index].row.id for index in range(3)]
        assert [len(workspace.conversations.notes(one)) for one in ids] == [1, 1, 0]


async def test_what_is_refused_is_counted_with_its_reason_and_stays_marked(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        # The second one is on a network that knows no likes.
        await pilot.press("x", "x", "x", "L")
        assert "Like: 2 conversations, 1 refused: Not possible on Bluesky" in says(pilot)
        assert marked(pilot) == [1]


async def test_a_flag_is_shown_and_found_and_taken_off_again(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("f")
        await pilot.pause()
        assert picture(pilot).splitlines()[1][1] == "f"
        await pilot.press("f")
        assert not inbox(pilot).desk.window[0].row.flagged


async def test_all_under_the_posts_of_the_marked_ones_is_done(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "x", "E")
        assert done(pilot) == [0, 1]


@pytest.mark.parametrize("letter", ["d", "b"])
async def test_what_cannot_be_undone_asks_once_for_all_and_enter_is_no_yes(
    shown: Shown, given: Session, workspace: Workspace, letter: str
) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"net:mastodon")
        await enter(pilot)
        await pilot.press(*"xxxxxx", "d", letter)
        assert "6 conversations, for good?" in says(pilot)
        await pilot.press("enter")
        assert workspace.acts.due(workspace.now()) == []
        assert len(marked(pilot)) == 6
        await pilot.press("d", letter, "y")
        assert len(workspace.acts.due(workspace.now())) == 6
        assert "6 conversations" in says(pilot)


async def test_the_last_verb_is_done_once_more(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("t", *"vip")
        await enter(pilot)
        await pilot.press("j", "full_stop")
        window = inbox(pilot).desk.window
        assert [window[index].row.tags for index in range(3)] == [("vip",), ("vip",), ()]
        await pilot.press("e", "full_stop", "full_stop")
        assert done(pilot) == [1, 2, 3]


async def test_without_a_last_verb_nothing_is_repeated(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("full_stop")
        assert "nothing to repeat" in says(pilot)


async def test_many_are_done_beside_the_screen_and_undone_as_one_step(
    shown: Shown, empty: Workspace, stage_of: Session
) -> None:
    crowd(empty, 350)
    async with shown(stage_of) as pilot:
        await pilot.press("V")
        await until(pilot, lambda: "350 marked" in says(pilot))
        await pilot.press("e")
        await wait_for_the_end(pilot)
        assert empty.queue.counts().queue == 0
        assert "Done: 350 conversations" in says(pilot)
        assert not inbox(pilot).desk.marks.some
        await pilot.press("u")
        await wait_for_the_end(pilot)
        await until(pilot, lambda: empty.queue.counts().queue == 350)
        assert "“Done” is undone: 350 conversations" in says(pilot)


async def test_all_under_the_posts_of_very_many_is_refused(shown: Shown, empty: Workspace, stage_of: Session) -> None:
    crowd(empty, 120)
    async with shown(stage_of) as pilot:
        await pilot.press("V")
        await until(pilot, lambda: "120 marked" in says(pilot))
        await pilot.press("E")
        assert "at most 100 conversations" in says(pilot)
        assert empty.queue.counts().queue == 120


async def test_escape_stops_what_is_being_done_to_many_and_says_what_is_left(
    shown: Shown, empty: Workspace, stage_of: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(empty, 350)
    go_on = Event()
    act = Acting.done

    def slowly(acting: Acting, ids: Sequence[int]) -> list[int]:
        go_on.wait(10)
        return act(acting, ids)

    monkeypatch.setattr(Acting, "done", slowly)
    async with shown(stage_of) as pilot:
        await pilot.press("V")
        await until(pilot, lambda: "350 marked" in says(pilot))
        screen = inbox(pilot)
        await pilot.press("e")
        assert "Done: 0 of 350" in says(pilot)
        await pilot.press("j", "e")
        assert "still being done" in says(pilot)
        await pilot.press("escape")
        go_on.set()
        await wait_for_the_end(pilot)
        left = empty.queue.counts().queue
        assert left == 250
        assert f"{left} left as they were" in says(pilot)
        assert len(screen.desk.marked()) == left


async def test_a_range_to_the_end_holds_what_was_never_loaded(
    shown: Shown, empty: Workspace, stage_of: Session
) -> None:
    crowd(empty, 2500)
    async with shown(stage_of) as pilot:
        await pilot.press("j", "v", "G")
        assert len(inbox(pilot).desk.marked()) == 2499
        assert "999+ marked" in says(pilot)


@pytest.fixture
def stage_of(empty: Workspace) -> Session:
    return session(empty)
