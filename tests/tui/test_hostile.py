"""Everything that an action can open, on a workspace in which strangers wrote every field."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest
from stage.hostile import fill, foreign, payloads, save_views
from stage.opening import Clock, open_workspace, session
from stage.showing import inbox, show

from cminbox.inbox.saved_views import MOST, SavedViews
from cminbox.inbox.suggestions import Suggester
from cminbox.tui.actions import ACTIONS
from cminbox.tui.screens.base import KeyScreen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.segment import Segment
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

LEAVING = frozenset({"quit", "demo", "editor", "browse", "open_link", "attachment", "edit_canned", "edit_file"})
"""Actions that end the screen or start other programs."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "stage"
    workspace = open_workspace(folder, Clock())
    fill(workspace)
    workspace.close()
    return folder


@pytest.fixture
def hostile(filled: Path, tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(shutil.copytree(filled, tmp_path / "stage"), Clock())
    yield workspace
    workspace.close()


def surrounded(workspace: Workspace) -> Session:
    """Return a session whose canned replies, views and workspaces have names that strangers chose."""
    given = session(workspace)
    given.suggestions = Suggester(workspace)
    given.saved_views = SavedViews(workspace.locations.folder)
    given.workspaces = payloads
    return given


def close(given: Session) -> None:
    if given.suggestions is not None:
        given.suggestions.close()


def segments(pilot: Pilot[ExitResult]) -> list[Segment]:
    """Return every piece of text that is on the screen."""
    return [segment for strip in pilot.app.screen._compositor.render_strips() for segment in strip]


def check(pilot: Pilot[ExitResult], where: str) -> None:
    """Assert that what is drawn holds no control character and nothing that a click would do."""
    for segment in segments(pilot):
        assert not foreign(segment.text), (where, ascii(segment.text))
        assert segment.style is None or (not segment.style.meta and segment.style.link is None), (where, segment)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_no_action_shows_anything_that_steers(hostile: Workspace, size: tuple[int, int]) -> None:
    given = surrounded(hostile)
    try:
        async with show(given, size) as pilot:
            for number, action in enumerate(ACTIONS):
                if action.id in LEAVING:
                    continue
                screen = pilot.app.screen
                assert isinstance(screen, KeyScreen)
                if screen.place in action.places and action.needs <= screen.facts():
                    await screen.perform(action)
                    await pilot.pause()
                    check(pilot, action.id)
                    await pilot.press(*("escape",) * 3, *("j",) * (number % 3))
                    await pilot.pause(0.01)
                    check(pilot, f"after {action.id}")
                while len(pilot.app.screen_stack) > 1:
                    pilot.app.pop_screen()
                    await pilot.pause()
            assert pilot.app.is_running
    finally:
        close(given)


CHORDS = ["go", "ga", "gp", "gc", "gh", "gt", "gw", "gb", "U", "W", "?", ":", "r", "n", "t", "/", "c", "o", "w"]


@pytest.mark.parametrize("chord", CHORDS)
async def test_no_screen_or_strip_shows_anything_that_steers(hostile: Workspace, chord: str) -> None:
    given = surrounded(hostile)
    try:
        async with show(given, (120, 40)) as pilot:
            await pilot.press(*chord)
            await asyncio.sleep(0.1)
            await pilot.pause()
            check(pilot, chord)
            for key in ("down", "pagedown", "pagedown", "end", "pageup"):
                await pilot.press(key)
                await pilot.pause()
                check(pilot, f"{chord} {key}")
    finally:
        close(given)


async def test_no_name_of_a_view_steers(hostile: Workspace) -> None:
    given = surrounded(hostile)
    names = set()
    try:
        async with show(given, (200, 50)) as pilot:
            screen = inbox(pilot)
            for start in range(0, 2 * len(payloads()), MOST):
                save_views(hostile, start)
                screen.desk.read_views()
                names |= {one.label for one in screen.desk.views if one.own}
                screen.desk.go_to_view(screen.desk.views[-1])
                screen.reload()
                await screen.attempt(screen.effects()["views"])
                await pilot.pause(0)
                check(pilot, f"views from {start}")
                screen.strips.close()
    finally:
        close(given)
    assert len(names) > MOST
