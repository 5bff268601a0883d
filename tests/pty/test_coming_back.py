"""Whoever loses his terminal finds the same item, the same text and the same cursor from another one."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stage.terminal import Play, Terminal

LEFT = "\x1b[D"


def written(terminal: Terminal) -> None:
    """Write half a reply to the third message, and go back two letters."""
    terminal.press("jj")
    terminal.press("r")
    terminal.shows("Reply to @sam")
    terminal.type("half a reply")
    terminal.shows("half a reply")
    terminal.press(LEFT * 2)


def goes_on(terminal: Terminal) -> None:
    terminal.shows("Reply to @sam")
    terminal.shows("half a reply")
    terminal.type("X")
    terminal.shows("half a repXly")


@pytest.mark.parametrize("how", ["hang-up", "terminated", "terminal gone"])
def test_a_lost_terminal_is_gone_on_with_at_another_one(play: Play, how: str) -> None:
    terminal = play("--clock")
    written(terminal)
    if how == "terminal gone":
        terminal.close()
    else:
        terminal.signal(signal.SIGHUP if how == "hang-up" else signal.SIGTERM)
    terminal.wait()
    goes_on(play("--clock", "--elsewhere"))


def test_a_killed_screen_is_gone_on_with_as_well_but_for_the_last_second(play: Play) -> None:
    terminal = play("--clock")
    terminal.press("jj")
    terminal.press("r")
    terminal.shows("Reply to @sam")
    terminal.type("half a reply")
    terminal.read(1.5)
    terminal.signal(signal.SIGKILL)
    terminal.wait()
    again = play("--clock", "--elsewhere")
    again.shows("Reply to @sam")
    again.shows("half a reply")


def test_whoever_left_by_himself_begins_at_the_top(play: Play) -> None:
    terminal = play("--clock")
    terminal.press("jj")
    terminal.read(1.0)
    terminal.type("q")
    assert terminal.wait() == 0
    again = play("--clock", "--elsewhere")
    assert "── @ana" in again.text
