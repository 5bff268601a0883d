"""Line by line, marks outlive a terminal that was lost; whoever comes back hears of them before they count again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.line import Line
from stage.opening import Clock, open_workspace, session

from cminbox.inbox.kept_marks import KeptMarks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

import pytest


def files(workspace: Workspace) -> list[Path]:
    return sorted(workspace.locations.folder.glob("marks-*.json"))


@pytest.fixture
def again(workspace: Workspace, clock: Clock) -> Iterator[Callable[[], Line]]:
    """Give a way to come back at another terminal."""
    opened: list[tuple[Workspace, Line]] = []

    def come() -> Line:
        other = open_workspace(workspace.locations.folder, clock, terminal=f"pts/{10 + len(opened)}")
        line = Line(session(other))
        opened.append((other, line))
        return line

    yield come
    for other, line in opened:
        line.close()
        other.close()


def test_marks_are_told_of_after_a_lost_line_and_count_again_at_a_word(line: Line, again: Callable[[], Line]) -> None:
    line.play("x 1 3-4", lost=True)
    marked = line.inbox.desk.marked()
    back = again()
    said = back.play("list", "marks again", "list", lost=True)
    assert "3 conversations were left marked" in said
    assert "marks again" in said
    first, _words, after = said.partition("3 are marked")
    assert "1. flagged" not in first
    assert first.count("marked, ") == 0
    assert after.count("marked, ") == 3
    assert back.inbox.desk.marked() == marked


def test_a_verb_acts_on_the_chosen_one_alone_while_marks_are_only_offered(
    line: Line, again: Callable[[], Line]
) -> None:
    line.play("x 1 3-4", lost=True)
    said = again().play("e")
    assert "Done\n" in said
    assert "3 conversations" in said
    assert "Done: 3" not in said


def test_a_word_forgets_the_marks_that_were_left(line: Line, workspace: Workspace, again: Callable[[], Line]) -> None:
    line.play("x 1-2", lost=True)
    assert len(files(workspace)) == 1
    back = again()
    assert "Nothing is marked" in back.play("clear marks", lost=True)
    assert files(workspace) == []
    assert "left marked" not in again().play()


def test_what_nobody_settled_is_offered_the_next_time_as_well(line: Line, again: Callable[[], Line]) -> None:
    line.play("x 1-2", lost=True)
    again().play("list", lost=True)
    assert "2 conversations were left marked" in again().play()


def test_whoever_leaves_takes_no_marks_along(line: Line, workspace: Workspace, again: Callable[[], Line]) -> None:
    line.play("x 1-2")
    assert files(workspace) == []
    assert "left marked" not in again().play()


def test_marks_of_a_screen_are_offered_here_too_in_the_view_where_they_were(line: Line, workspace: Workspace) -> None:
    KeptMarks(workspace).keep([3, 5], "dms")
    said = line.play("marks again", lost=True)
    assert "2 conversations were left marked" in said
    assert line.inbox.desk.view.id == "dms"
    assert line.inbox.desk.marked() == [3, 5]


def test_marks_are_on_disk_while_one_works(line: Line, workspace: Workspace) -> None:
    line.type("x 2")
    line.inbox.tick()
    line.inbox.session.acting.kept_marks.close()
    assert len(files(workspace)) == 1
    line.type("clear marks")
    line.inbox.tick()
    line.inbox.session.acting.kept_marks.close()
    assert files(workspace) == []


def test_a_range_that_was_begun_is_kept_with_them(line: Line, again: Callable[[], Line]) -> None:
    line.play("v", "3", lost=True)
    assert "3 conversations were left marked" in again().play()


def test_whoever_reads_while_others_are_marked_hears_what_verbs_act_on(line: Line) -> None:
    line.type("x 1")
    assert "verbs act" not in line.type("1")
    assert "1 is marked: verbs act on that, not on this one alone; clear marks ends it" in line.type("3")
    line.type("clear marks")
    assert "verbs act" not in line.type("2")
