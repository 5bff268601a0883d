"""A reply in the person's own editor: the text goes there and comes back, and nothing is lost on the way."""

from __future__ import annotations

import signal
import stat
import sys
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace

from cminbox.domain.reply import ReplyState
from cminbox.inbox.workspace import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stage.terminal import Play, Terminal

    from cminbox.inbox.workspace import Workspace


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Make the person's editor a script of some lines, which finds the file's path in `file`; return its log."""

    def write(body: str) -> Path:
        log = tmp_path / "editor.log"
        script = tmp_path / "editor.py"
        head = f"import os, sys, pathlib\nfile = pathlib.Path(sys.argv[-1])\nlog = pathlib.Path({str(log)!r})\n"
        script.write_text(head + body, encoding="utf-8")
        monkeypatch.setenv("VISUAL", f"{sys.executable} -S '{script}'")
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        return log

    return write


def compose(terminal: Terminal, text: str) -> None:
    terminal.press("r")
    terminal.shows("Reply to @ana")
    terminal.type(text)
    terminal.shows(text)


def draft(folder: Path) -> str:
    workspace = open_workspace(folder, Clock())
    try:
        return "".join(one.text for one in workspace.drafts.of("kim"))
    finally:
        workspace.close()


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith("cminbox-")]


def test_the_text_goes_to_the_editor_and_what_it_leaves_comes_back(
    play: Play, editor: Callable[[str], Path], tmp_path: Path
) -> None:
    log = editor(
        "log.write_text(f'{file.stat().st_mode:o} {file.parent.stat().st_mode:o} {file.read_text()!r}')\n"
        "print('\\x1b[2Jmy editor', flush=True)\n"
        "file.write_text('Dear Ana,\\nit is on its way.\\n')\n"
    )
    terminal = play()
    compose(terminal, "half a reply")
    terminal.type("\x07")
    terminal.shows("it is on its way.")
    terminal.shows("Reply to @ana")
    assert "Dear Ana," in terminal.text
    assert "my editor" not in terminal.text
    file_mode, folder_mode, text = log.read_text(encoding="utf-8").split(" ", 2)
    assert stat.S_IMODE(int(file_mode, 8)) == 0o600
    assert stat.S_IMODE(int(folder_mode, 8)) == 0o700
    assert text == "'half a reply\\n'"
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("file.write_text('other')\nsys.exit(3)", "ended with an error"),
        ("file.write_bytes(b'\\xff\\xfe')", "no text in UTF-8"),
        ("file.unlink()", "cannot be handed to an editor"),
    ],
)
def test_an_editor_that_fails_leaves_the_text_as_it_was(
    play: Play, editor: Callable[[str], Path], folder: Path, body: str, said: str
) -> None:
    editor(body)
    terminal = play(columns=120)
    compose(terminal, "half a reply")
    terminal.type("\x07")
    terminal.shows(said)
    terminal.shows("half a reply")
    terminal.press("\x1b")
    terminal.shows("The draft is kept")
    assert draft(folder) == "half a reply"


def test_what_the_editor_has_saved_so_far_outlives_a_signal_to_end(
    play: Play, editor: Callable[[str], Path], folder: Path, tmp_path: Path
) -> None:
    log = editor("import time\nfile.write_text('saved so far\\n')\nlog.write_text('there')\ntime.sleep(60)\n")
    terminal = play()
    compose(terminal, "half a reply")
    terminal.type("\x07")
    terminal.until(log.exists, "the editor is there")
    terminal.read(0.3)
    terminal.signal(signal.SIGTERM)
    assert terminal.wait() == 129
    assert draft(folder) == "saved so far"
    assert left_in(tmp_path) == []


def test_keys_that_interrupt_end_the_editor_alone(play: Play, editor: Callable[[str], Path]) -> None:
    log = editor("import time\nlog.write_text('there')\ntime.sleep(60)\n")
    terminal = play(columns=120)
    compose(terminal, "half a reply")
    terminal.type("\x07")
    terminal.until(log.exists, "the editor is there")
    terminal.read(0.3)
    terminal.type("\x03")
    terminal.shows("ended with an error")
    terminal.shows("half a reply")


def test_an_editor_that_is_not_there_is_named(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor --wait")
    terminal = play(columns=120)
    compose(terminal, "half a reply")
    terminal.type("\x07")
    terminal.shows("$VISUAL names no-such-editor, which is not there")


@pytest.mark.slow
def test_a_held_reply_goes_out_while_an_editor_is_open(
    play: Play, editor: Callable[[str], Path], folder: Path, tmp_path: Path
) -> None:
    go_on = tmp_path / "go on"
    log = editor(
        f"import time\nlog.write_text('there')\nwhile not pathlib.Path({str(go_on)!r}).exists():\n    time.sleep(0.1)\n"
    )
    terminal = play("--clock")
    compose(terminal, "on its way")
    terminal.read(0.4)
    terminal.type("\r")
    terminal.shows("1 held")
    terminal.press("r")
    terminal.shows("Reply to @")
    terminal.type("\x07")
    terminal.until(log.exists, "the editor is there")
    workspace = open_workspace(folder, clock)
    try:
        terminal.until(lambda: states(workspace) == [ReplyState.QUEUED], "the reply is let go")
    finally:
        workspace.close()
    go_on.touch()
    terminal.shows("Reply to @")


def states(workspace: Workspace) -> list[ReplyState]:
    return [one.state for one in workspace.outbox.outstanding()]
