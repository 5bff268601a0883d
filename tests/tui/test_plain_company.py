"""Line by line as on the screen, what a colleague is just writing is not done away with unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.line import Line
from stage.opening import session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cminbox.inbox.workspace import Workspace

    Typed = Callable[..., str]


@pytest.fixture
def bob(line: Line, colleague: Workspace) -> Iterator[Line]:
    """Let bob begin an answer to the first conversation of the list."""
    row = line.inbox.desk.row
    assert row is not None
    other = Line(session(colleague))
    other.inbox.writing._answering.begin(row.id, other.inbox.desk.now)
    yield other
    other.close()


@pytest.mark.usefixtures("bob")
def test_done_asks_where_a_colleague_writes_and_enter_leaves_it(line: Line, typed: Typed) -> None:
    row = line.inbox.desk.row
    said = typed("e", "")
    assert "bob is writing an answer here. Done? y does it, Enter leaves it:" in said
    assert "Nothing was done" in said
    assert line.inbox.desk.row == row


@pytest.mark.usefixtures("bob")
def test_done_is_done_after_a_y(typed: Typed) -> None:
    assert "Done\n" in typed("e", "y")


@pytest.mark.usefixtures("bob")
def test_done_asks_once_for_many_of_which_one_is_being_answered(typed: Typed) -> None:
    typed("x 1-3")
    said = typed("e", "y")
    assert said.count("bob is writing to one of these. Done?") == 1
    assert "Done: 3 conversations" in said


@pytest.mark.usefixtures("bob")
def test_done_for_all_under_a_post_asks_as_well_and_so_does_once_more(line: Line, typed: Typed) -> None:
    assert "bob is writing" in typed("E", "")
    typed("2")
    typed("e")
    line.inbox.desk.choose(0)
    assert "bob is writing" in typed(".", "")


def test_nothing_is_asked_where_nobody_writes(typed: Typed) -> None:
    assert "Done?" not in typed("e")
