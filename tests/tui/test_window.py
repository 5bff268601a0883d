"""A window on a list that is much longer than it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import crowd

from cminbox.domain.conversation import Status
from cminbox.domain.filter import Filter
from cminbox.inbox.reading import Reading
from cminbox.tui.window import KEPT, PAGE, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.inbox.workspace import Workspace

COUNT = 1500


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path_factory.mktemp("crowd") / "stage", Clock())
    crowd(workspace, COUNT)
    yield workspace
    workspace.close()


@pytest.fixture
def window(crowded: Workspace) -> Window:
    made = Window(Reading(crowded).page)
    made.load(None)
    return made


def everything(crowded: Workspace) -> list[int]:
    return [one.row.id for one in Reading(crowded).page(limit=COUNT + 1)]


def held(window: Window) -> list[int]:
    return [window[index].row.id for index in range(len(window))]


def test_it_starts_with_a_page(window: Window, crowded: Workspace) -> None:
    assert held(window) == everything(crowded)[:PAGE]
    assert (window.at_start, window.at_end) == (True, False)


def test_walking_down_meets_every_row_once_and_holds_few(window: Window, crowded: Workspace) -> None:
    met, index = [window[0].row.id], 0
    while index + 1 < len(window):
        index += 1
        index += window.reach(index, index + 20)
        met.append(window[index].row.id)
    assert met == everything(crowded)
    assert len(window) <= KEPT
    assert window.at_end


def test_walking_up_from_the_end_meets_every_row_once_and_holds_few(window: Window, crowded: Workspace) -> None:
    index = window.load_end()
    met = [window[index].row.id]
    while index > 0:
        index -= 1
        index += window.reach(index, index + 20)
        met.append(window[index].row.id)
    assert met == everything(crowded)[::-1]
    assert len(window) <= KEPT
    assert window.load_start() == 0
    assert held(window)[0] == everything(crowded)[0]


def test_reading_anew_around_a_place_keeps_it(window: Window, crowded: Workspace) -> None:
    for _ in range(9):
        window.reach(len(window) - 1, len(window))
    chosen = window[700]
    index = window.load(None, chosen.place)
    assert window[index].row.id == chosen.row.id
    assert held(window) == everything(crowded)[700 - PAGE : 700 + PAGE]


def test_a_row_that_differs_is_replaced_where_it_stands(window: Window, crowded: Workspace) -> None:
    rows = Reading(crowded).rows([window[3].row.id])
    assert window.update(rows) == []
    changed = {key: replace(row, text="other") for key, row in rows.items()}
    assert window.update(changed) == [3]
    assert window[3].row.text == "other"


def test_it_knows_whether_a_row_would_stand_in_it(window: Window) -> None:
    inside, last = window[10].row, window[len(window) - 1].row
    assert window.covers(replace(inside, id=-1))
    assert last.due is not None
    assert not window.covers(replace(last, due=last.due + 1_000_000))


def test_lists_that_are_not_the_queue_run_newest_first(crowded: Workspace) -> None:
    window = Window(Reading(crowded).page)
    window.load(Filter(status=Status.OPEN))
    assert window[0].row.last_message_at > window[1].row.last_message_at
    assert window.covers(replace(window[0].row, last_message_at=window[0].row.last_message_at + 1))
    last = window[len(window) - 1].row
    assert not window.covers(replace(last, last_message_at=last.last_message_at - 1_000))


def test_an_empty_list_has_no_row_and_covers_everything(crowded: Workspace, window: Window) -> None:
    row = window[0].row
    empty = Window(Reading(crowded).page)
    assert empty.load(Filter(accounts=("nobody",))) == 0
    assert len(empty) == 0
    assert empty.covers(row)
    assert empty.reach(0, 20) == 0
