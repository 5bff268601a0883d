"""Another program holds the database: the composer opens all the same, and the claim follows when it can be written."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from cminbox.inbox.acting import Acting
from cminbox.inbox.reading import Reading
from cminbox.tui.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stage.opening import Clock

    from cminbox.inbox.workspace import Workspace

pytestmark = pytest.mark.timeout(20)


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Hold the database in this very thread: whoever waits for it here waits for ever."""
    connection = sqlite3.connect(workspace.database.path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@pytest.fixture
def answering(workspace: Workspace) -> Answering:
    return Answering(Reading(workspace), Acting(workspace))


@pytest.fixture
def somewhere(workspace: Workspace) -> int:
    return workspace.queue.page(now=workspace.now())[0].row.id


def test_one_may_write_before_the_claim_is_written(
    workspace: Workspace, answering: Answering, somewhere: int, clock: Clock
) -> None:
    with locked(workspace):
        assert answering.begin(somewhere, workspace.now()) is None
        assert answering.row is not None
        answering.keep_soon("typed meanwhile", 3)
        assert answering.look(workspace.now()) is None
        assert workspace.claims.current(somewhere, now=workspace.now()) is None
    answering.keep("typed meanwhile", 3)
    clock.forward(10)
    answering.look(workspace.now())
    claim = workspace.claims.current(somewhere, now=workspace.now())
    assert claim is not None
    assert claim.agent == "kim"


def test_a_colleague_who_was_there_before_the_lock_stands_in_the_way(
    workspace: Workspace, colleague: Workspace, answering: Answering, somewhere: int
) -> None:
    Acting(colleague).claim(somewhere)
    with locked(workspace):
        claim = answering.begin(somewhere, workspace.now())
        assert claim is not None
        assert claim.agent == "bob"
        assert answering.row is None


def test_a_claim_that_could_not_be_written_is_tried_again(
    workspace: Workspace, answering: Answering, somewhere: int, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace.database, "_patience", 0.1)
    with locked(workspace):
        assert answering.begin(somewhere, workspace.now()) is None
        renewing = answering._renewing
        assert renewing is not None
        answering.keep_soon("typed meanwhile", 3)
        assert renewing.exception(10) is not None
        assert "locked" in str(answering.look(workspace.now()))
    clock.forward(3_000)
    answering.look(workspace.now())
    assert answering._renewing is not None
    assert answering._renewing.result(10).agent == "kim"
