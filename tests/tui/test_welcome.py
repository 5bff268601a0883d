"""The first screen of all: ways to begin, each by one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.opening import session
from stage.scenery import connect
from stage.showing import picture, until

from cminbox.domain.titles import in_order
from cminbox.networks import names
from cminbox.tui.screens.base import KeyScreen
from cminbox.tui.screens.inbox import InboxScreen
from cminbox.tui.screens.welcome import WelcomeScreen
from cminbox.tui.session import Ending
from cminbox.tui.wording import network_called

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stage.showing import Shown

    from cminbox.inbox.workspace import Workspace


async def test_every_way_to_begin_has_its_key_and_nothing_else_is_there(shown: Shown, empty: Workspace) -> None:
    async with shown(session(empty)) as pilot:
        await until(pilot, lambda: "Bluesky" in picture(pilot))
        text = picture(pilot)
        assert isinstance(pilot.app.screen, WelcomeScreen)
        assert "No account is connected yet." in text
        assert "d  try the inbox with simulated networks, nothing leaves this machine" in text
        for number, name in enumerate(in_order(names())[:9], 1):
            assert f"{number}  connect an account of {network_called(name)}" in text
        assert ("c  connect an account of another network" in text) is (len(names()) > 9)
        assert "q  leave" in text


async def test_a_number_connects_at_the_terminal_and_the_inbox_follows(
    shown: Shown, empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent: list[Sequence[str]] = []

    async def lend(_app: object, command: Sequence[str]) -> int:
        lent.append(command)
        connect(empty)
        return 0

    monkeypatch.setattr("cminbox.tui.app.InboxApp.lend", lend)
    async with shown(session(empty)) as pilot:
        await until(pilot, lambda: "Bluesky" in picture(pilot))
        await pilot.press(str(in_order(names()).index("bluesky") + 1))
        await until(pilot, lambda: bool(lent))
        assert lent[0][-3:] == ["accounts", "add", "bluesky"]
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxScreen))


async def test_a_number_that_names_no_network_says_so(
    shown: Shown, empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cminbox.networks.names", lambda: ["bluesky", "mastodon"])
    async with shown(session(empty)) as pilot:
        await pilot.press("9")
        screen = pilot.app.screen
        assert isinstance(screen, KeyScreen)
        assert "There is no network 9 here" in screen.footer.text


async def test_the_demo_is_one_key_away(shown: Shown, empty: Workspace) -> None:
    async with shown(session(empty)) as pilot:
        await pilot.press("d")
        assert pilot.app.return_value is not None
        assert pilot.app.return_value.ending is Ending.DEMO


async def test_every_network_can_be_connected_however_many_there_are(
    shown: Shown, empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent: list[Sequence[str]] = []

    async def lend(_app: object, command: Sequence[str]) -> int:
        lent.append(command)
        return 0

    monkeypatch.setattr("cminbox.tui.app.InboxApp.lend", lend)
    async with shown(session(empty)) as pilot:
        await pilot.press("c", *"youtu", "enter")
        await until(pilot, lambda: len(lent) == 1)
        assert lent[0][-3:] == ["accounts", "add", "youtube"]


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (50, 18), (120, 40)])
async def test_every_way_to_begin_is_to_be_seen_at_every_size(
    shown: Shown, empty: Workspace, size: tuple[int, int]
) -> None:
    async with shown(session(empty), size) as pilot:
        await until(pilot, lambda: "Bluesky" in picture(pilot))
        text = picture(pilot)
        for number, name in enumerate(in_order(names())[:9], 1):
            assert f"{number} {network_called(name)}" in text or f"account of {network_called(name)}" in text
        words = " ".join(text.split())
        assert "nothing leaves this machine" in words
        assert "cminbox import FILE.jsonl" in words
        assert "q leave" in words
