"""Marks outlive the screen on which they were made, unless it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace, session
from stage.showing import inbox, until

from cminbox.inbox.kept_marks import KeptMarks, Marked
from cminbox.inbox.presence import Presences

if TYPE_CHECKING:
    from pathlib import Path

    from stage.showing import Shown
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.app import InboxApp
    from cminbox.tui.session import ExitResult, Session


def files(workspace: Workspace) -> list[Path]:
    return sorted(workspace.locations.folder.glob("marks-*.json"))


def marked(pilot: Pilot[ExitResult]) -> list[int]:
    return inbox(pilot).desk.marked()


def says(pilot: Pilot[ExitResult]) -> str:
    return inbox(pilot).footer.text


async def lose_the_line(pilot: Pilot[ExitResult]) -> None:
    app: InboxApp = pilot.app  # type: ignore[assignment]  # the only application here
    app._hang_up()
    await pilot.pause()


async def test_marks_are_offered_again_after_a_lost_line(
    shown: Shown, given: Session, workspace: Workspace, clock: Clock
) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "x", "j", "x")
        before = marked(pilot)
        await lose_the_line(pilot)
    (file,) = files(workspace)
    assert file.stat().st_mode & 0o777 == 0o600
    again = open_workspace(workspace.locations.folder, clock, terminal="pts/7")
    async with shown(session(again)) as pilot:
        await until(pilot, lambda: "3 conversations were left marked" in says(pilot))
        assert marked(pilot) == []
        await pilot.press("enter")
        assert marked(pilot) == before
        await pilot.press("e")
        await until(pilot, lambda: files(again) == [], "nothing is marked any more")
    again.close()


async def test_a_range_that_was_being_drawn_is_kept_with_them(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "j", "v", "j", "j")
        before = marked(pilot)
        assert len(before) == 4
        await until(pilot, lambda: bool(files(workspace)), "on disk while one marks: nobody is warned of a kill")
        await until(pilot, lambda: kept(workspace) == before)
        await lose_the_line(pilot)
    assert kept(workspace) == before


def kept(workspace: Workspace) -> list[int]:
    found = KeptMarks(workspace).take_over()
    return [] if found is None else list(found.ids)


async def test_whoever_leaves_takes_no_marks_along(shown: Shown, given: Session, workspace: Workspace) -> None:
    async with shown(given) as pilot:
        await pilot.press("x", "x")
        await until(pilot, lambda: bool(files(workspace)))
        await pilot.press("q")
    assert files(workspace) == []


async def test_another_key_than_enter_goes_on_and_the_marks_can_be_had_later(
    shown: Shown, given: Session, workspace: Workspace
) -> None:
    KeptMarks(workspace).keep([3, 5], "all")
    async with shown(given) as pilot:
        await until(pilot, lambda: "2 conversations were left marked" in says(pilot))
        await pilot.press("j")
        assert inbox(pilot).desk.chosen == 1
        assert marked(pilot) == []
        await pilot.press(":", *"marks again", "enter")
        await until(pilot, lambda: marked(pilot) == [3, 5])


async def test_marks_that_are_not_wanted_are_forgotten(shown: Shown, given: Session, workspace: Workspace) -> None:
    KeptMarks(workspace).keep([3, 5], "all")
    async with shown(given) as pilot:
        await until(pilot, lambda: "2 conversations were left marked" in says(pilot))
        await pilot.press("escape")
        assert files(workspace) == []
        assert marked(pilot) == []


def test_marks_of_a_living_screen_and_of_somebody_else_stay_where_they_are(
    workspace: Workspace, colleague: Workspace, clock: Clock
) -> None:
    other = open_workspace(workspace.locations.folder, clock, terminal="pts/9")
    Presences(other).arrive()
    KeptMarks(other).keep([1], "all")
    KeptMarks(colleague).keep([2], "all")
    assert KeptMarks(workspace).take_over() is None
    assert KeptMarks(other).take_over() == Marked((1,), "all")
    assert len(files(workspace)) == 2
    other.close()


@pytest.mark.parametrize("content", ["", "[]", '{"ids": ["1"], "agent": "kim"}', '{"ids": [1], "agent": 1}', "\xff"])
def test_a_file_that_is_none_of_ours_is_left_alone(workspace: Workspace, content: str) -> None:
    file = workspace.locations.folder / "marks-0000000000000000.json"
    file.write_text(content, encoding="latin-1")
    assert KeptMarks(workspace).take_over() is None
    assert file.exists()


def test_a_disk_that_takes_no_file_stops_nobody(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object, **_named: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cminbox.inbox.kept_marks.os.open", full)
    KeptMarks(workspace).keep([1], "all")
    monkeypatch.undo()
    assert files(workspace) == []
