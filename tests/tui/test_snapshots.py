"""How the screens look, as pictures that are compared with those that were approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from stage.opening import session
from stage.showing import inbox, picture, until

from cminbox.i18n import use
from cminbox.tui import outlook
from cminbox.tui.app import InboxApp

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult, Session

SIZES = [(80, 24), (120, 40), (200, 50)]
LANGUAGES = ["en", "fr"]
Compare = Callable[..., bool]
everywhere = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(autouse=True)
def no_outlook(monkeypatch: pytest.MonkeyPatch) -> None:
    """What will be late comes seconds after the start, into one picture or into none."""
    monkeypatch.setattr(outlook, "FIRST_SECONDS", 1000.0)


async def counted(pilot: Pilot[ExitResult], size: tuple[int, int]) -> None:
    """Wait until the views beside the widest queue say how much is late, which is counted beside the screen."""
    await pilot.pause()
    if size[0] >= 160:
        await until(pilot, lambda: " L1 " in picture(pilot))


@everywhere
@in_each_language
def test_queue(snap_compare: Compare, given: Session, size: tuple[int, int], language: str) -> None:
    use(language)

    async def prepare(pilot: Pilot[ExitResult]) -> None:
        await pilot.press("j", "e")
        await counted(pilot, size)

    assert snap_compare(InboxApp(given), terminal_size=size, run_before=prepare)


@everywhere
@in_each_language
def test_composer(snap_compare: Compare, given: Session, size: tuple[int, int], language: str) -> None:
    use(language)

    async def prepare(pilot: Pilot[ExitResult]) -> None:
        await pilot.press("j", "j", "r", *"Hello Sam")
        await until(pilot, lambda: "9/500" in picture(pilot))
        await counted(pilot, size)

    assert snap_compare(InboxApp(given), terminal_size=size, run_before=prepare)


@everywhere
@in_each_language
def test_help(snap_compare: Compare, given: Session, size: tuple[int, int], language: str) -> None:
    use(language)

    async def prepare(pilot: Pilot[ExitResult]) -> None:
        await pilot.press("?")
        await until(pilot, lambda: "z 1  z &" in picture(pilot))
        await counted(pilot, size)

    assert snap_compare(InboxApp(given), terminal_size=size, run_before=prepare)


@everywhere
@in_each_language
def test_welcome(
    snap_compare: Compare, empty: Workspace, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], language: str
) -> None:
    # A new network is no new picture.
    monkeypatch.setattr("cminbox.inbox.tending.Tending.networks", lambda _self: ["bluesky", "mastodon", "relay"])
    use(language)
    assert snap_compare(InboxApp(session(empty)), terminal_size=size)


@pytest.mark.parametrize("language", LANGUAGES)
def test_held_reply(snap_compare: Compare, given: Session, language: str) -> None:
    use(language)
    reply = given.acting.reply(1, "On its way")
    app = InboxApp(given)
    app.desk.holds.add(reply)

    async def prepare(pilot: Pilot[ExitResult]) -> None:
        inbox(pilot).repaint_all()
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=prepare)


def test_late_view(snap_compare: Compare, given: Session) -> None:
    async def prepare(pilot: Pilot[ExitResult]) -> None:
        await pilot.press("g", "l", "l")
        await pilot.pause()

    assert snap_compare(InboxApp(given), terminal_size=(80, 24), run_before=prepare)
