"""What a key and a moment of rest cost, in counts that do not depend on the machine."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from stage.opening import session
from stage.scenery import crowd
from stage.showing import inbox, show, until
from textual.events import Key

from cminbox.tui.app import InboxApp
from cminbox.tui.ink import Line
from cminbox.tui.terminal_app import TerminalApp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

    from cminbox.inbox.workspace import Workspace
    from cminbox.tui.session import ExitResult

MANY = 300


class Meter:
    """Counts what the screen does: statements it reads by, lines it makes anew, frames it sends."""

    def __init__(self, pilot: Pilot[ExitResult], statements: list[str], counts: dict[str, int]) -> None:
        self._pilot = pilot
        self.statements = statements
        self._counts = counts

    async def cost(self, *keys: str) -> tuple[int, int, int]:
        """Return what keys cost until nothing more comes of them: statements, lines, frames."""
        await self.start()
        await self._pilot.press(*keys)
        await self._pilot.pause(0.4)
        return len(self.statements), *self.drawn

    @property
    def drawn(self) -> tuple[int, int]:
        """Lines that were made anew and frames that were sent."""
        return self._counts["lines"], self._counts["frames"]

    async def start(self) -> None:
        """Begin anew, once nothing of what was before is to come."""
        await self._pilot.pause(0.4)
        del self.statements[:]
        self._counts.update(lines=0, frames=0)


@asynccontextmanager
async def metered(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Pilot[ExitResult], Meter]]:
    """Show a queue of some hundred conversations whose program looks at nothing by itself."""
    crowd(workspace, MANY)
    monkeypatch.setattr("cminbox.tui.app.POLL_SECONDS", 3600.0)
    counts = {"lines": 0, "frames": 0}
    count(monkeypatch, Line, "strip", counts, "lines")
    count(monkeypatch, TerminalApp, "_display", counts, "frames")
    statements: list[str] = []
    async with show(session(workspace), size) as pilot:
        # What is loaded with the first key is no cost of the next one.
        await pilot.press("j", "e")
        workspace.database.read().set_trace_callback(statements.append)
        yield pilot, Meter(pilot, statements, counts)
        workspace.database.read().set_trace_callback(None)


def count(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, counts: dict[str, int], what: str) -> None:
    was: Callable[..., object] = getattr(owner, name)

    def counted(*given: object, **named: object) -> object:
        counts[what] += 1
        return was(*given, **named)

    monkeypatch.setattr(owner, name, counted)


def program(pilot: Pilot[ExitResult]) -> InboxApp:
    assert isinstance(pilot.app, InboxApp)
    return pilot.app


SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=["80x24", "120x40", "200x50"])


@SIZES
async def test_the_next_conversation_is_read_once_and_drawn_in_one_frame(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with metered(empty, monkeypatch, size) as (_pilot, meter):
        statements, lines, frames = await meter.cost("j")
        # The pane of the widest screens reads its person a moment later.
        wide = size[0] > 120
        assert statements <= (30 if wide else 14)
        # Two rows of the list, the line above the conversation, and what of it looks different.
        assert lines <= (20 if wide else 7)
        assert frames <= 1 + wide


@SIZES
async def test_what_is_done_is_read_once_and_nothing_is_counted_for_it(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with metered(empty, monkeypatch, size) as (_pilot, meter):
        statements, lines, frames = await meter.cost("e")
        wide = size[0] > 120
        assert statements <= (34 if wide else 18)
        assert lines <= (32 if wide else 9)
        assert frames <= 1 + wide
        assert not any("late_at <" in one for one in meter.statements)


async def test_a_page_makes_each_line_once(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    async with metered(empty, monkeypatch) as (pilot, meter):
        statements, lines, frames = await meter.cost("pagedown")
        assert statements <= 16
        assert lines <= inbox(pilot).list.size.height + 5
        assert frames == 1


async def test_a_burst_reads_the_first_and_the_last_conversation(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with metered(empty, monkeypatch) as (pilot, meter):
        _statements, _lines, _frames = await meter.cost("j")
        await meter.start()
        first = inbox(pilot).desk.chosen
        for _ in range(50):
            pilot.app.post_message(Key("j", "j"))
        await until(pilot, lambda: inbox(pilot).desk.chosen == first + 50)
        await pilot.pause(0.4)
        read = [one for one in meter.statements if "FROM messages m" in one]
        # A machine that is very busy makes pauses of its own.
        assert 1 <= len(read) <= 10
        view = inbox(pilot).view
        assert view is not None
        assert view.row == inbox(pilot).desk.row


async def test_a_moment_of_rest_asks_two_questions_and_draws_nothing(
    empty: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with metered(empty, monkeypatch) as (pilot, meter):
        # What was done before is seen, who is here is told.
        for _ in range(4):
            program(pilot)._tick()
            await pilot.pause(0.2)
        await meter.start()
        for _ in range(10):
            program(pilot)._tick()
        await pilot.pause(0.2)
        asked = [one for one in meter.statements if "data_version" in one]
        assert len(asked) == 10
        # Half of the time who else is here, and once a second what was announced.
        assert len(meter.statements) <= 10 + 5 + 2
        assert meter.drawn == (0, 0)
