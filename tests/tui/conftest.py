"""A furnished stage for the tests of the screen."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from stage.line import Line
from stage.opening import Clock, open_workspace, session
from stage.scenery import furnish
from stage.shelf import Shelved
from stage.showing import show
from stage.suggested import write_library

from cminbox.inbox.saved_views import SavedViews
from cminbox.inbox.suggestions import Suggester

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import Session


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def empty(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "empty", clock)
    yield workspace
    workspace.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("furnished") / "stage"
    workspace = open_workspace(folder, Clock())
    furnish(workspace)
    workspace.close()
    return folder


@pytest.fixture
def workspace(furnished: Path, tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    workspace = open_workspace(shutil.copytree(furnished, tmp_path / "stage"), clock)
    yield workspace
    workspace.close()


@pytest.fixture
def colleague(workspace: Workspace, clock: Clock) -> Iterator[Workspace]:
    other = open_workspace(workspace.locations.folder, clock, agent="bob", terminal="pts/2")
    yield other
    other.close()


@pytest.fixture
def given(workspace: Workspace) -> Session:
    return session(workspace)


@pytest.fixture
def line(given: Session, workspace: Workspace) -> Iterator[Line]:
    given.suggestions = Shelved()  # type: ignore[assignment]  # as far as tests of the lines ask
    given.saved_views = SavedViews(workspace.locations.folder)
    terminal = Line(given)
    yield terminal
    terminal.close()


@pytest.fixture
def typed(line: Line) -> Callable[..., str]:
    return line.type


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, workspace: Workspace) -> Path:
    (tmp_path / "starters").mkdir()
    monkeypatch.setattr("cminbox.assets.canned_replies", lambda: tmp_path / "starters")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    write_library(workspace.locations.canned_replies)
    return workspace.locations.canned_replies


@pytest.fixture
def suggested(given: Session, workspace: Workspace, library: Path) -> Iterator[Session]:
    del library
    given.suggestions = Suggester(workspace)
    yield given
    given.suggestions.close()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    # A pilot has no hand: its keys come as fast as those of a paste.
    monkeypatch.setattr("cminbox.tui.widgets.field.BURST_SECONDS", 0.0005)
    monkeypatch.setattr("cminbox.tui.widgets.field.SETTLE_SECONDS", 0.0)
    return show
