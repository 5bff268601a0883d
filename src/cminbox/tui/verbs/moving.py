"""Moving in the list and through a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.tui.asking_around import ask_around

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from cminbox.tui.screens.base import Effect
    from cminbox.tui.screens.inbox import InboxScreen


def effects(screen: InboxScreen) -> Mapping[str, Effect]:
    """Return the actions that move."""
    rows = screen.list
    return {
        "down": lambda: rows.move(1),
        "up": lambda: rows.move(-1),
        "page_down": lambda: _page(screen, 1),
        "page_up": lambda: _page(screen, -1),
        "top": rows.first,
        "bottom": rows.last,
        "scroll": lambda: _read_on(screen),
        "open": lambda: _open(screen),
        "back": lambda: _full(screen, on=False),
    }


def _page(screen: InboxScreen, direction: int) -> None:
    if screen.has_class("-thread"):
        screen.preview.scroll_lines(direction * max(1, screen.preview.size.height - 1))
    else:
        screen.list.page(direction)


def _read_on(screen: InboxScreen) -> None:
    if not screen.details.read_on() and not screen.preview.read_on():
        screen.list.move(1)


def _open(screen: InboxScreen) -> Awaitable[None] | None:
    """Read the whole thread, and have the network asked for what stands around it."""
    _full(screen, on=True)
    return ask_around(screen)


def _full(screen: InboxScreen, *, on: bool) -> None:
    screen.set_class(on, "-thread")
    screen.paint_footer()
