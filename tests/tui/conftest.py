"""The screen without a terminal, on a furnished stage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from stage.scenery import Clock, furnish, open_workspace, session
from textual.pilot import Pilot

from cminbox.tui.app import InboxApp
from cminbox.tui.session import ExitResult, Session

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.inbox.workspace import Workspace

Shown = Callable[..., AbstractAsyncContextManager[Pilot[ExitResult]]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def empty(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "stage", clock)
    yield workspace
    workspace.close()


@pytest.fixture
def workspace(empty: Workspace) -> Workspace:
    furnish(empty)
    return empty


@pytest.fixture
def colleague(workspace: Workspace, clock: Clock) -> Iterator[Workspace]:
    other = open_workspace(workspace.locations.folder, clock, agent="bob", terminal="pts/2")
    yield other
    other.close()


@pytest.fixture
def given(workspace: Workspace) -> Session:
    return session(workspace)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    # A pilot has no hand: its keys come as fast as those of a paste.
    monkeypatch.setattr("cminbox.tui.widgets.field.BURST_SECONDS", 0.0)
    monkeypatch.setattr("cminbox.tui.widgets.field.SETTLE_SECONDS", 0.0)

    @asynccontextmanager
    async def show(given: Session, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[ExitResult]]:
        app = InboxApp(given)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot

    return show
