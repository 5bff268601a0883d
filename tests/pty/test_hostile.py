"""The whole corpus of hostile texts through a terminal: nothing steers it, and nothing that can be read is missing."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from stage.hostile import EVERY, fill, foreign, payloads
from stage.opening import Clock, open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stage.terminal import Play, Terminal

OURS = re.compile(
    rb"\x1b\[[0-9;]*[GHmK]"  # moves, styles, erasing
    rb"|\x1b\[\?[0-9]+[hl]|\x1b\[\?[0-9]+\$p"  # modes and questions about them
    rb"|\x1b\[>[0-9]+u|\x1b\[<u"  # keyboard protocol
    rb"|\x1b\[2[23];2t"  # title kept and put back
    rb"|\x1b\]2;cminbox[ -~\xc2\xb7]*\x07"  # our own title
    rb"|\x1b\]22;[a-z]+\x07"  # shape of the pointer
    rb"|\r\n"
)
TALLEST = 6
"""A text that fits into so many lines of a terminal is read to its end without scrolling."""
IN_THE_INBOX = (
    *("\x1b[6~" * 3, "G", "gg", "l", "jj", "q", "w"),
    *("/", "host\r", "\x1b"),
    *("r", "\x1b", "t", "\x1b", "n", "\x1b"),
)
OPENING = ("go", "ga", "gp", "gc", "gh", "gt", "gw", "gb", "U", "W", "c", "S", "p", "i", "H", ":", "?")
"""What opens another screen, a panel or a strip."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "stage"
    workspace = open_workspace(folder, Clock())
    fill(workspace)
    workspace.close()
    return folder


def not_ours(written: bytes) -> str:
    """Return the control characters that are left when everything of ours is taken away."""
    return foreign(OURS.sub(b"", written).decode("utf-8"))


def readable(payload: str) -> bool:
    """Whether the end of a text is expected on the same screen as its beginning."""
    return len(payload) + 60 * sum(payload.count(end) for end in "\n\r\x85\u2028\u2029\x0b\x0c") < TALLEST * 60


def press(terminal: Terminal, keys: Iterable[str], pause: float) -> None:
    """Type some keys, and read for so many seconds behind each."""
    for one in keys:
        terminal.type(one)
        terminal.read(pause)


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (200, 60)])
def test_every_payload_is_read_to_its_end_and_none_steers(
    filled: Path, folder: Path, play: Play, columns: int, lines: int
) -> None:
    shutil.copytree(filled, folder)
    terminal = play("--eager", columns=columns, lines=lines, first="hostile")
    lost = []
    # Those with a refused reply stand first.
    for number, payload in sorted(enumerate(payloads()), key=lambda one: (one[0] % EVERY != 0, one[0])):
        if f"hostile{number} " not in terminal.text:
            terminal.read(0.3)
        if readable(payload) and f"tail{number}" not in terminal.text:
            terminal.read(0.3)
            if f"tail{number}" not in terminal.text:
                lost.append((number, payload))
        terminal.type("j")
        terminal.read(0.05)
    terminal.type("q")
    terminal.wait()
    assert b"ended: quit" in terminal.written
    assert not_ours(bytes(terminal.written)) == ""
    assert lost == []


def test_every_field_of_every_screen_steers_nothing(filled: Path, folder: Path, play: Play) -> None:
    shutil.copytree(filled, folder)
    terminal = play("--suggest", "--hostile", columns=120, lines=40, first="hostile")
    press(terminal, IN_THE_INBOX, 0.15)
    for keys in OPENING:
        press(terminal, [keys], 0.2)
        press(terminal, ("\x1b[6~\x1b[B\x1b[B", "\x1b[6~\x1b[6~", "\x1b[F"), 0.1)
        press(terminal, ["\x1b\x1b"], 0.25)
    press(terminal, (":", "go to view", "\r", "\x1b[6~" * 4, "\x1b"), 0.3)
    # The views of one's own stand behind the inbox's.
    press(terminal, ("\t" * 7, *"\t" * 12), 0.05)
    press(terminal, ["\x1b"], 0.2)
    terminal.type("q")
    terminal.wait()
    assert b"ended: quit" in terminal.written
    assert not_ours(bytes(terminal.written)) == ""
    for seen in (b"broken", b"body", b"draft", b"Undo which act?", b"Go to which workspace?", b"Go to which view?"):
        assert seen in terminal.written
