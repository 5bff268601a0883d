"""What goes out to a terminal: little, and nothing that a stranger wrote to steer it."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from stage.hostile import foreign as not_ours

if TYPE_CHECKING:
    from stage.terminal import Play

OURS = re.compile(
    rb"\x1b\[[0-9;]*[GHmK]"  # moves, styles, erasing
    rb"|\x1b\[\?[0-9]+[hl]|\x1b\[\?[0-9]+\$p"  # modes and questions about them
    rb"|\x1b\[>[0-9]+u|\x1b\[<u"  # keyboard protocol
    rb"|\x1b\[2[23];2t"  # title kept and put back
    rb"|\x1b\]2;cminbox[ -~\xc2\xb7]*\x07"  # our own title
    rb"|\x1b\]22;[a-z]+\x07"  # shape of the pointer
)
NEWLINES = re.compile(rb"\r\n")


def foreign(written: bytes) -> str:
    """Return what steers a terminal when everything of ours is taken away."""
    return not_ours(NEWLINES.sub(b"", OURS.sub(b"", written)).decode("utf-8"))


def test_an_idle_screen_writes_nothing(play: Play) -> None:
    terminal = play()
    terminal.read(1.0)
    assert terminal.read(3.0) == b""


def test_a_key_writes_what_differs(play: Play) -> None:
    terminal = play()
    terminal.press("j")
    assert 0 < len(terminal.press("j")) < 1500
    assert len(terminal.press("e")) < 1700


def test_the_first_paint_fits_a_slow_link(play: Play) -> None:
    terminal = play()
    assert len(terminal.written) < 12_000


@pytest.mark.slow
@pytest.mark.parametrize("more", [(), ("--suggest",)])
def test_strangers_steer_no_terminal(play: Play, more: tuple[str, ...]) -> None:
    terminal = play("--hostile", *more, first="hostile", columns=120, lines=40)
    for keys in ("j" * 20, "G", "gg", "l", "j" * 10, "q", "w", "/", "host", "\r", "\x1b", "r", "\x1b", "go", "q"):
        terminal.type(keys)
        terminal.read(0.3)
    terminal.type("q")
    terminal.wait()
    assert b"ended: quit" in terminal.written
    assert foreign(bytes(terminal.written)) == ""


def test_without_colour_no_colour_is_written(play: Play) -> None:
    terminal = play("--no-colour")
    terminal.press("jjer")
    terminal.read(0.5)
    codes = {code for run in re.findall(rb"\x1b\[([0-9;]*)m", bytes(terminal.written)) for code in run.split(b";")}
    assert codes <= {b"0", b"1", b"4", b"7", b""}


def test_without_utf8_everything_is_ascii(play: Play) -> None:
    terminal = play("--ascii")
    terminal.press("jjjj")
    assert bytes(terminal.written).isascii()


def test_resizing_in_a_storm_keeps_draft_and_selection(play: Play) -> None:
    terminal = play()
    terminal.press("jj")
    terminal.press("r")
    terminal.shows("Reply to @sam")
    terminal.type("kept")
    terminal.shows("kept")
    for columns, lines in [(60, 15), (200, 50), (40, 8), (120, 40), (1, 1), (300, 90), (80, 24)] * 3:
        terminal.resize(columns, lines)
        terminal.read(0.02)
    terminal.shows("kept")
    terminal.shows("Reply to @sam")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's accounts")
def test_an_idle_screen_hardly_uses_the_processor(play: Play) -> None:
    terminal = play()
    terminal.read(1.0)
    before = terminal.cpu_seconds()
    terminal.read(3.0)
    used = terminal.cpu_seconds() - before
    print(f"idle: {used / 3:.2%} of one processor")
    assert used < terminal.cpu_seconds()
