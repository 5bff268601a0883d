"""However little is asked for its lines, the terminal shows what is on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyte
import pytest
from rich.color import ColorSystem
from stage.showing import inbox, picture, until
from textual._compositor import CompositorUpdate

from cminbox.tui.compositing import Pieces
from cminbox.tui.mirror import Mirror
from cminbox.tui.terminal_app import TerminalApp
from cminbox.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from stage.showing import Shown
    from textual.geometry import Region
    from textual.screen import Screen
    from textual.strip import Strip

    from cminbox.tui.session import Session

JOURNEY = ("j", "j", "x", "k", "e", "u", "v", "j", "escape", "T", "d", "l", "space", "h", "pagedown", "tab", "tab", "G")
STRIPS = (
    "colon",
    "s",
    "n",
    "down",
    "escape",
    "question_mark",
    "a",
    "escape",
    "slash",
    "c",
    "escape",
    "r",
    "o",
    "escape",
)


class Terminal:
    """What a terminal shows to which every frame is sent."""

    def __init__(self, columns: int, lines: int) -> None:
        self.frames: list[CompositorUpdate] = []
        self._size = columns, lines
        self._mirror = Mirror(ColorSystem.TRUECOLOR)
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self._screen)

    def take(self, update: CompositorUpdate) -> None:
        """Draw a frame."""
        self.frames.append(update)
        self._stream.feed(self._mirror.draw(update, *self._size) or "")

    @property
    def text(self) -> list[str]:
        """What it shows, without blanks at the ends."""
        return [line.rstrip() for line in self._screen.display]


@pytest.fixture(params=[(80, 24), (200, 50)], ids=["narrow", "wide"])
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal(*request.param)

    def display(_app: TerminalApp, _screen: Screen[object], update: object) -> None:
        if isinstance(update, CompositorUpdate):
            terminal.take(update)

    monkeypatch.setattr(TerminalApp, "_display", display)
    return terminal


@pytest.mark.parametrize("keys", [JOURNEY, STRIPS, JOURNEY + STRIPS], ids=["moving", "strips", "both"])
async def test_after_every_key_the_terminal_shows_the_screen(
    shown: Shown, suggested: Session, terminal: Terminal, keys: tuple[str, ...]
) -> None:
    async with shown(suggested, terminal._size) as pilot:
        for key in keys:
            await pilot.press(key)

            def same() -> bool:
                return terminal.text == [line.rstrip() for line in picture(pilot).split("\n")]

            await until(pilot, same, f"what stands on the screen after {key} is in the terminal:\n{terminal.text}")


async def test_the_next_conversation_asks_only_what_has_changed(
    shown: Shown, given: Session, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(given, terminal._size) as pilot:
        await pilot.pause(0.3)
        asked: list[str | None] = []

        def noted(self: Painted, crop: Region) -> list[Strip]:
            asked.append(self.id)
            return was(self, crop)

        was = Painted.render_lines
        monkeypatch.setattr(Painted, "render_lines", noted)
        del terminal.frames[:]
        await pilot.press("j")
        await until(pilot, lambda: bool(terminal.frames))
        assert {"queue", "rule", "preview"} >= {*asked} >= {"queue"}
        assert len(asked) == len({*asked})
        assert all(isinstance(frame, Pieces) for frame in terminal.frames)


async def test_what_was_noted_before_a_new_layout_is_not_painted_at_its_old_place(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        screen, compositor = inbox(pilot), inbox(pilot)._compositor
        for lay_out in (compositor.reflow, compositor.reflow_visible):
            screen.preview.repaint_everything()
            compositor.update_widgets({screen.preview})
            lay_out(screen, screen.size)
            frame = compositor.render_update()
            assert frame is not None
            assert not isinstance(frame, Pieces)


async def test_what_was_noted_before_a_full_frame_is_painted_by_that(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        screen, compositor = inbox(pilot), inbox(pilot)._compositor
        screen.preview.repaint_everything()
        compositor.update_widgets({screen.preview})
        compositor.render_update(full=True)
        screen.rule.repaint_everything()
        compositor.update_widgets({screen.rule})
        frame = compositor.render_update()
        assert isinstance(frame, Pieces)
        assert {y for y, _x, _strip in frame.pieces} == {screen.rule.region.y}
