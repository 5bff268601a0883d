"""Whatever happens to the terminal, what was written is kept and nothing is left running."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from stage.terminal import Play, Terminal

RESTORED = b"\x1b[?1049l"


def draft(folder: Path) -> str:
    workspace = open_workspace(folder, Clock())
    try:
        return "".join(one.text for one in workspace.drafts.of("kim"))
    finally:
        workspace.close()


def write(terminal: Terminal, text: str) -> None:
    terminal.press("r")
    terminal.shows("Reply to @ana")
    terminal.type(text)
    terminal.shows(text)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_to_end_keeps_the_draft_and_gives_the_terminal_back(
    play: Play, folder: Path, number: signal.Signals
) -> None:
    terminal = play()
    write(terminal, "half a reply")
    terminal.signal(number)
    assert terminal.wait() == 129
    assert draft(folder) == "half a reply"
    assert RESTORED in terminal.written
    assert b"ended: hang_up" in terminal.written


def test_a_terminal_that_goes_away_keeps_the_draft_and_leaves_no_orphan(play: Play, folder: Path) -> None:
    terminal = play()
    write(terminal, "half a reply")
    terminal.close()
    terminal.wait()
    assert draft(folder) == "half a reply"


def test_end_of_input_ends_a_screen_that_no_hang_up_reaches(play: Play, folder: Path) -> None:
    terminal = play("--deaf")
    write(terminal, "half a reply")
    terminal.close()
    terminal.wait()
    assert draft(folder) == "half a reply"


def test_a_kill_costs_no_more_than_the_last_second(play: Play, folder: Path) -> None:
    terminal = play()
    write(terminal, "half a reply")
    terminal.read(1.5)
    terminal.signal(signal.SIGKILL)
    terminal.wait()
    assert draft(folder) == "half a reply"


def test_leaving_gives_the_terminal_back(play: Play) -> None:
    terminal = play()
    terminal.type("q")
    assert terminal.wait() == 0
    ending = bytes(terminal.written[terminal.written.rindex(RESTORED) :])
    assert b"\x1b[?25h" in ending
    assert b"ended: quit" in ending


def test_a_fault_shows_no_value_and_keeps_the_draft(play: Play) -> None:
    terminal = play("--fault", first="fault")
    assert terminal.wait() == 1
    assert b"fault: ValueError" in terminal.written
    assert b"hunter2" not in terminal.written
    assert b"Traceback" not in terminal.written


def test_a_suspended_screen_is_drawn_again(play: Play) -> None:
    terminal = play()
    terminal.signal(signal.SIGTSTP)
    terminal.until(lambda: RESTORED in terminal.written, "the terminal given back")
    before = len(terminal.written)
    terminal.signal(signal.SIGCONT)
    terminal.until(lambda: b"Where is my order?" in terminal.written[before:], "everything drawn again")
    terminal.shows("@ana")
