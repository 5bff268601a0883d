"""What a screen reads costs the same whether six hundred or six thousand conversations wait: steps are counted."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import HOUR, crowd

from cminbox.domain.filter import Order
from cminbox.domain.grammar import parse_filter
from cminbox.store import searching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cminbox.inbox.workspace import Workspace
    from cminbox.store.queue import Queue

SOME, MANY = 600, 6000
BOUND = 60
"""Beyond so many that fit nobody looks for them first; in the program it is more, and so are the conversations."""
LEEWAY = 1.25
DAY = 24 * HOUR
PAGE = 50


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Workspace]]:
    made = []
    for count in (SOME, MANY):
        workspace = open_workspace(tmp_path_factory.mktemp(f"queue{count}") / "stage", Clock())
        crowd(workspace, count)
        made.append(workspace)
    yield made[0], made[1]
    for workspace in made:
        workspace.close()


@contextmanager
def steps(workspace: Workspace) -> Iterator[list[int]]:
    """Count the steps of SQLite's machine."""
    counted = [0]

    def one_more() -> int:
        counted[0] += 1
        return 0

    connection = workspace.database.read()
    connection.set_progress_handler(one_more, 1)
    yield counted
    connection.set_progress_handler(None, 0)


def cost(workspace: Workspace, look: Callable[[Queue, int], object]) -> int:
    with steps(workspace) as counted:
        look(workspace.queue, workspace.now())
    return counted[0]


@pytest.fixture(autouse=True)
def low_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FEW", BOUND)


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("typed", ["", "kind:dm", "kind:dm kind:mention", "net:ma", "is:free", "order", "@user"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_page_costs_the_same(both: tuple[Workspace, Workspace], typed: str, order: Order, *, backwards: bool) -> None:
    if backwards and typed.startswith("kind:") and order in {Order.DUE, Order.PRIORITY} and typed != "kind:dm":
        pytest.skip("due times stand together by kind: from the end, two kinds are found behind all of a third")
    if (backwards, typed, order) == (True, "kind:dm", Order.PRIORITY):
        pytest.skip("as above: no index has both a kind and the priority")
    wanted = parse_filter(f"{typed} sort:{order.value}")

    def look(queue: Queue, now: int) -> object:
        return queue.page(wanted, backwards=backwards, limit=PAGE, now=now)

    some, many = (cost(one, look) for one in both)
    assert many <= some * LEEWAY


@pytest.mark.parametrize("backwards", [False, True])
def test_what_is_late_is_found_where_it_stands(both: tuple[Workspace, Workspace], *, backwards: bool) -> None:
    """Nothing is late a day earlier: nobody looks through the whole queue to find that out."""
    wanted = parse_filter("is:late")
    some, many = (cost(one, lambda queue, now: queue.page(wanted, backwards=backwards, now=now - DAY)) for one in both)
    assert many <= some * LEEWAY


def test_the_place_of_a_row_and_the_page_after_it_cost_the_same(both: tuple[Workspace, Workspace]) -> None:
    def look(queue: Queue, now: int) -> object:
        first = queue.page(limit=1, now=now)[0]
        place = queue.place(first.row.id)
        return queue.page(after=place, limit=PAGE, now=now)

    some, many = (cost(one, look) for one in both)
    assert many <= some * LEEWAY


def test_the_counts_cost_the_same_but_for_what_is_late(both: tuple[Workspace, Workspace]) -> None:
    some, many = (cost(one, lambda queue, now: queue.counts(now=now - DAY)) for one in both)
    assert many <= some * LEEWAY


@pytest.mark.parametrize("typed", ["is:mine", "is:flagged", "is:snoozed", "is:pending", "is:done", "tag:vip", "再入荷"])
def test_looking_for_what_there_is_not_costs_the_same(both: tuple[Workspace, Workspace], typed: str) -> None:
    some, many = (cost(one, lambda queue, now: queue.page(parse_filter(typed), now=now)) for one in both)
    assert many <= some * LEEWAY
