"""A new user: from the first screen to a first answer that has reached the network, in few keys and within a minute."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stage.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
A_MINUTE = 60.0


class NewUser:
    """Somebody at a terminal who counts what he types."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.keys = 0
        self.began = time.monotonic()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.terminal.type(key)
            # As fast as a hand, so that nothing looks like a paste.
            self.terminal.read(0.3)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[NewUser]:
    """Give somebody the first screen of a program that was never started before."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(tmp_path),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }
    command = [sys.executable, "-m", "cminbox"]
    with Terminal(command, variables, columns=100, lines=30) as terminal:
        user = NewUser(terminal)
        terminal.shows("No account is connected yet.")
        yield user


def waits(user: NewUser) -> int:
    """Return how many conversations the first tab counts."""
    words = user.terminal.text.split()
    return int(words[1]) if len(words) > 1 and words[0] == "Inbox" and words[1].isdecimal() else 0


def stages_a_whole_answer(terminal: Terminal) -> bool:
    """Put the first suggestion into a reply; return whether nothing has to be filled in."""
    terminal.press("\r")
    terminal.shows("Reply to @")
    terminal.read(0.3)
    return "⟦" not in terminal.text.rpartition("Reply to @")[2]


@pytest.mark.slow
def test_the_first_answer_is_written_and_sent_within_a_minute(newcomer: NewUser) -> None:
    terminal = newcomer.terminal
    newcomer.press("d")
    terminal.until(lambda: waits(newcomer) > 0, "the demo's inbox")
    terminal.until(lambda: terminal.text.count("@") > 10, "a full queue")
    terminal.shows("reply")
    newcomer.press("r")
    terminal.shows("Reply to @")
    answer = "Thank you, we are on it."
    newcomer.press(*answer)
    newcomer.press("\r")
    terminal.shows("1 held")
    terminal.until(lambda: "1 held" not in terminal.text, "the hold ends by itself")
    newcomer.press("g", "o")
    terminal.shows("No reply is waiting.")
    written = len(answer)
    print(f"first answer: {newcomer.keys - written} keys besides {written} of text, {newcomer.seconds:.0f} s")
    assert newcomer.keys - written <= 6
    assert newcomer.seconds < A_MINUTE


@pytest.mark.slow
def test_a_suggested_answer_takes_three_keys_from_the_first_screen(newcomer: NewUser) -> None:
    terminal = newcomer.terminal
    newcomer.press("d")
    terminal.until(lambda: waits(newcomer) > 0, "the demo's inbox")
    terminal.shows("use 1")
    while not stages_a_whole_answer(terminal):
        terminal.press("\x1b")
        terminal.press("j")
        terminal.shows("use 1")
    newcomer.keys += 1
    newcomer.press("\r")
    terminal.shows("held")
    print(f"suggested answer: {newcomer.keys} keys, {newcomer.seconds:.0f} s")
    assert newcomer.keys == 3
    assert newcomer.seconds < A_MINUTE
