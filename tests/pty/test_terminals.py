"""Terminals with many colours, few or none, over SSH or not: what each gets to see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from stage.terminal import Play, Terminal

FEW = re.compile(r"[349][0-7]|10[0-7]")


def colours(terminal: Terminal) -> set[str]:
    """Return the parameters of every sequence that sets colours."""
    found = re.findall(rb"\x1b\[([0-9;]*)m", bytes(terminal.written))
    codes = {re.sub(r"^(?:[01247];)*", "", one.decode()) for one in found}
    return {one for one in codes if one and not re.fullmatch(r"[01247]", one)}


def seen(monkeypatch: pytest.MonkeyPatch, play: Play, *options: str, **variables: str) -> Terminal:
    """Start the screen in such a terminal and press some keys."""
    for name in ("COLORTERM", "COLORFGBG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    terminal = play(*options, columns=120, lines=40)
    terminal.press("jj")
    terminal.press("e")
    return terminal


def test_sixteen_colours_are_enough(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    found = colours(seen(monkeypatch, play, "--theme=dark", TERM="xterm"))
    assert found
    assert all(FEW.fullmatch(one) for one in found), found


def test_of_many_colours_the_chosen_ones_are_written_by_number(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    found = colours(seen(monkeypatch, play, "--theme=cvd", TERM="xterm-256color"))
    assert "38;5;166" in found
    assert all(one.startswith(("38;5;", "48;5;")) for one in found), found


def test_exact_colours_are_written_exactly(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    found = colours(seen(monkeypatch, play, "--theme=light", TERM="xterm-256color", COLORTERM="truecolor"))
    assert "38;2;215;0;0" in found
    assert not any(one.startswith("38;5;") for one in found), found


def test_a_terminal_that_tells_its_background_gets_colours_for_it(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    found = colours(seen(monkeypatch, play, TERM="xterm-256color", COLORFGBG="0;15"))
    assert "38;5;160" in found


def test_no_colour_wins_over_every_theme(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    terminal = seen(monkeypatch, play, "--theme=cvd", "--no-colour", TERM="xterm-256color", COLORTERM="truecolor")
    assert colours(terminal) == set()


def test_another_theme_is_chosen_while_one_works(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    terminal = seen(monkeypatch, play, TERM="xterm-256color")
    assert "38;5;166" not in colours(terminal)
    terminal.type("T")
    terminal.read(0.1)
    terminal.type("t")
    terminal.shows("Which colours?")
    terminal.type("colour-blind")
    terminal.read(0.2)
    terminal.type("\r")
    terminal.read(0.5)
    assert "38;5;166" in colours(terminal)


def test_over_ssh_the_mouse_stays_the_terminals_until_asked_for(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    terminal = seen(monkeypatch, play, TERM="xterm-256color", SSH_CONNECTION="192.0.2.1 4242 192.0.2.2 22")
    assert b"\x1b[?1000h" not in terminal.written
    terminal.type("T")
    terminal.read(0.1)
    terminal.type("m")
    terminal.shows("The mouse works here")
    assert b"\x1b[?1000h" in terminal.written
    terminal.type("T")
    terminal.read(0.1)
    terminal.type("m")
    terminal.shows("The mouse is the terminal's again")
    assert b"\x1b[?1000l" in terminal.written


def test_movements_of_the_mouse_are_never_reported(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.delenv("SSH_TTY", raising=False)
    terminal = seen(monkeypatch, play, TERM="xterm-256color")
    assert b"\x1b[?1000h" in terminal.written
    assert b"\x1b[?1003h" not in terminal.written


def test_the_queue_gets_more_room_and_gives_it_back(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    terminal = seen(monkeypatch, play, TERM="xterm-256color")
    before = terminal.text.splitlines()[1]
    terminal.type("T")
    terminal.read(0.1)
    terminal.type("d")
    terminal.shows("The queue has more room")
    assert terminal.text.splitlines()[1] != before
    terminal.type("T")
    terminal.read(0.1)
    terminal.type("d")
    terminal.shows("share the room")
    assert terminal.text.splitlines()[1] == before
