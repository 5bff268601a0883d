"""What the program asks of a terminal, and what it finds out about it."""

from __future__ import annotations

import base64
import os
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace, session
from stage.scenery import Said, connect, deliver, messages
from stage.terminal import Terminal

from cminbox.bootstrap import speaks_unicode
from cminbox.domain.message import Kind
from cminbox.tui.app import wants_mouse

if TYPE_CHECKING:
    from stage.terminal import Play

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("environ", "encoding", "expected"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "utf-8", True),
        ({}, "utf-8", True),
        ({"LANG": "C"}, "utf-8", False),
        ({"LANG": "POSIX"}, "utf-8", False),
        ({"LANG": "C.UTF-8"}, "utf-8", True),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, "utf-8", True),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "utf-8", False),
        ({"LANG": "fr_FR.ISO-8859-1"}, "iso8859-1", False),
        ({"LANG": "fr_FR.UTF-8", "TERM": "linux"}, "utf-8", False),
    ],
)
def test_more_than_ascii_is_written_where_it_can_be_shown(
    environ: dict[str, str], encoding: str, *, expected: bool
) -> None:
    assert speaks_unicode(environ, encoding) is expected


@pytest.mark.parametrize(
    ("mouse", "over_ssh", "environ", "expected"),
    [
        (True, False, {}, True),
        (True, False, {"SSH_CONNECTION": "x"}, False),
        (True, False, {"SSH_TTY": "/dev/pts/1"}, False),
        (True, True, {"SSH_CONNECTION": "x"}, True),
        (False, True, {}, False),
    ],
)
def test_over_ssh_the_mouse_is_taken_only_when_asked_for(
    letters: Path, environ: dict[str, str], *, mouse: bool, over_ssh: bool, expected: bool
) -> None:
    workspace = open_workspace(letters, Clock())
    given = session(workspace)
    given.mouse, given.mouse_over_ssh = mouse, over_ssh
    assert wants_mouse(given, environ) is expected
    workspace.close()


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Make a workspace with a short and a very long message."""
    folder = tmp_path / "stage"
    workspace = open_workspace(folder, Clock())
    ids = connect(workspace)
    for handle, minutes, text in (("short", 60, "héllo"), ("long", 50, "word " * 2000)):
        deliver(
            workspace, ids["brand"], messages(Said("brand", handle, handle, Kind.DM, minutes, text), workspace.now())
        )
    workspace.close()
    return folder


def test_a_text_is_handed_to_the_clipboard_unless_terminals_would_drop_it(letters: Path, play: Play) -> None:
    assert letters.exists()
    terminal = play(first="@short")
    terminal.press("y")
    terminal.type("t")
    terminal.shows("Sent to the clipboard")
    handed = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", bytes(terminal.written))
    assert [base64.b64decode(one).decode() for one in handed] == ["héllo"]
    terminal.press("j")
    terminal.press("y")
    terminal.type("t")
    terminal.shows("Too long for the clipboard")
    assert bytes(terminal.written).count(b"\x1b]52;") == 1


@pytest.mark.skipif(shutil.which("screen") is None, reason="GNU screen is not installed")
def test_gnu_screen_passes_on_what_was_copied(tmp_path: Path) -> None:
    text = "déjà vu " * 700
    program = (
        "import os, sys, time\n"
        "from cminbox.tui.clipboard import copying\n"
        f"sys.stdout.write(copying({text!r}, os.environ) + 'written')\n"
        "sys.stdout.flush()\n"
        "time.sleep(5)\n"
    )
    sockets = tmp_path / "sockets"
    sockets.mkdir(mode=0o700)
    variables = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT / "src"), "SCREENDIR": str(sockets)}
    for name in ("TMUX", "STY"):
        variables.pop(name, None)
    with Terminal(["screen", "-U", "-c", os.devnull, sys.executable, "-c", program], variables) as terminal:
        terminal.shows("written")
        terminal.read(0.5)
        handed = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", bytes(terminal.written))
        assert [base64.b64decode(one).decode() for one in handed] == [text]
