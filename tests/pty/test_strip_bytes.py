"""What the strips cost a slow link: they cover rows, and nothing behind them is drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stage.terminal import Play, Terminal

PAUSE = 0.5


def cost(terminal: Terminal, typed: str) -> int:
    terminal.type(typed)
    return len(terminal.read(PAUSE))


def test_the_palette_opens_and_follows_each_letter_at_little_cost(play: Play) -> None:
    terminal = play()
    assert 0 < cost(terminal, ":") <= 2500
    letters = [cost(terminal, letter) for letter in "tomo"]
    assert max(letters) <= 1100


@pytest.mark.parametrize(("columns", "lines", "most"), [(80, 24, 3000), (200, 50, 8000)])
def test_the_help_costs_the_rows_that_it_covers(play: Play, columns: int, lines: int, most: int) -> None:
    terminal = play(columns=columns, lines=lines)
    assert 0 < cost(terminal, "?") <= most


def test_a_chord_that_is_typed_at_once_never_pays_for_its_help(play: Play) -> None:
    terminal = play()
    terminal.type("z")
    assert b"tomorrow" not in terminal.read(0.1)
    assert b"tomorrow" in terminal.read(1.0)
