"""The screen without a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from textual.pilot import Pilot

from cminbox.tui.app import InboxApp
from cminbox.tui.screens.inbox import InboxScreen
from cminbox.tui.session import ExitResult

if TYPE_CHECKING:
    from cminbox.tui.session import Session

_PATIENCE = 500
Shown = Callable[..., AbstractAsyncContextManager[Pilot[ExitResult]]]


@asynccontextmanager
async def show(given: Session, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[ExitResult]]:
    """Show the inbox at a size, columns first, and hand out who presses its keys."""
    app = InboxApp(given)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot


def inbox(pilot: Pilot[ExitResult]) -> InboxScreen:
    """Return the inbox, which has to be the screen that is shown."""
    screen = pilot.app.screen
    assert isinstance(screen, InboxScreen)
    return screen


async def until(pilot: Pilot[ExitResult], true: Callable[[], bool], what: str = "") -> None:
    """Wait until something is so. Raises AssertionError with the screen when it does not come to be."""
    for _ in range(_PATIENCE):
        if true():
            return
        await pilot.pause(0.02)
    raise AssertionError(f"never happened: {what}\n{picture(pilot)}")


async def enter(pilot: Pilot[ExitResult]) -> None:
    """Press Enter in a field, and wait for the moment in which it might still be part of a paste."""
    await pilot.press("enter")

    def decided() -> bool:
        field = inbox(pilot).field
        return field is None or field._sending is None

    await until(pilot, decided, "Enter counts")
    await pilot.pause()


def picture(pilot: Pilot[ExitResult]) -> str:
    """Return everything that is on the screen, line by line."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
