"""Suggestions in a real terminal: few bytes, two keys to an answer, and no burst of input ever sends one."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stage.terminal import Play, Terminal

BUDGETS = ((80, 24, 1_500), (120, 40, 2_000), (200, 50, 2_800))
SUGGESTION = re.compile(r"^.*\b1 \d\d ", re.MULTILINE)


def ready(terminal: Terminal) -> None:
    """Wait until the first suggestion stands on the screen."""
    terminal.until(lambda: SUGGESTION.search(terminal.text) is not None, "a suggestion")


@pytest.mark.parametrize(("columns", "lines", "budget"), BUDGETS)
def test_a_key_with_preview_and_suggestions_stays_within_its_bytes(
    play: Play, columns: int, lines: int, budget: int
) -> None:
    terminal = play("--suggest", columns=columns, lines=lines)
    ready(terminal)
    terminal.read(0.5)
    written = []
    for key in "jjjjkkkk":
        terminal.type(key)
        written.append(len(terminal.read(0.3)))
    print(f"{columns}x{lines}: {sorted(written)}")
    assert sorted(written)[len(written) // 2] <= budget


def test_suggestions_write_nothing_while_nothing_happens(play: Play) -> None:
    terminal = play("--suggest")
    ready(terminal)
    terminal.read(3.0)
    assert terminal.read(4.0) == b""


def test_enter_and_enter_again_sends_the_first_suggestion(play: Play) -> None:
    terminal = play("--suggest", "--clock")
    ready(terminal)
    terminal.type("jjj")
    terminal.read(0.6)
    terminal.type("c")
    terminal.shows("type to search")
    terminal.type("welcome")
    terminal.read(0.6)
    terminal.type("\r")
    terminal.shows("Reply to")
    terminal.read(0.5)
    terminal.type("\r")
    terminal.shows("goes out in")


def test_a_burst_of_carriage_returns_sends_nothing(play: Play) -> None:
    terminal = play("--suggest")
    ready(terminal)
    terminal.type("\r" * 40)
    terminal.shows("Reply to")
    terminal.read(1.0)
    assert "goes out in" not in terminal.text


def test_an_enter_that_is_held_down_sends_nothing(play: Play) -> None:
    terminal = play("--suggest")
    ready(terminal)
    for _ in range(30):
        terminal.type("\r")
        time.sleep(0.033)
    terminal.shows("Reply to")
    assert "goes out in" not in terminal.text
