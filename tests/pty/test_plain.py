"""The inbox line by line, at a terminal that can do nothing but write lines."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stage.opening import Clock, open_workspace
from stage.scenery import furnish
from stage.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from stage.terminal import Play

    Begin = Callable[..., Terminal]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch, play: Play) -> Begin:
    """Start the inbox line by line on a terminal that cannot move its cursor."""
    monkeypatch.setenv("TERM", "dumb")

    def start(*options: str, first: str = "Where is my order") -> Terminal:
        return play("--plain", *options, columns=100, lines=40, first=first)

    return start


def said(terminal: Terminal, typed: str) -> str:
    """Type a line and return what is answered, up to the next prompt."""
    answer = terminal.press(f"{typed}\n")
    while not answer.endswith((b"> ", b"| ", b": ", b":  ")) and terminal.status is None:
        more = terminal.read(1.0)
        if not more:
            break
        answer += more
    return answer.decode().partition("\r\n")[2]


def test_nothing_but_lines_is_written(begin: Begin) -> None:
    terminal = begin()
    for typed in (
        "",
        "",
        "3",
        "o",
        "e",
        "u",
        "gd",
        "?",
        "go",
        "ga",
        "",
        "q",
        "gp",
        "q",
        "gh",
        "q",
        "A",
        "t vip",
        "nonsense",
        "q",
    ):
        said(terminal, typed)
    terminal.wait()
    assert b"ended: quit" in terminal.written
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", bytes(terminal.written))


def test_enter_reads_one_conversation_after_the_other_and_a_number_reads_that_one(begin: Begin) -> None:
    terminal = begin()
    assert "Where is my order?" in said(terminal, "")
    assert "does it ship to Spain?" in said(terminal, "")
    third = said(terminal, "3")
    assert third.startswith("3. @sam, Mastodon, direct message, private")
    assert "I cannot sign in" not in third
    assert "I cannot sign in" in said(terminal, "o")


def test_the_letters_do_what_they_do_on_the_screen(begin: Begin, folder: Path) -> None:
    terminal = begin()
    assert "Done" in said(terminal, "e")
    assert "“Done” is undone" in said(terminal, "u")
    assert "Put off until" in said(terminal, "z t")
    assert "Tagged" in said(terminal, "t vip")
    assert "Assigned to kim" in said(terminal, "take")
    assert "nothing is drawn here" in said(terminal, "ctrl+l")
    assert "says nothing here" in said(terminal, "%")
    said(terminal, "q")
    terminal.wait()
    workspace = open_workspace(folder, Clock())
    assert any(one.row.assignee == "kim" and one.row.tags == ("vip",) for one in workspace.queue.page())
    workspace.close()


def test_a_reply_is_looked_at_sent_and_taken_back(begin: Begin, folder: Path) -> None:
    terminal = begin()
    assert "Reply to @ana as @brand@social.example on Mastodon, public" in said(terminal, "r")
    said(terminal, "It is on its way,")
    said(terminal, "have patience.")
    assert "32 of 500 used" in said(terminal, ".")
    assert "goes out in 8 s" in said(terminal, "y")
    assert "Taken back; nothing was sent" in said(terminal, "u")
    said(terminal, ".q")
    said(terminal, "")
    said(terminal, "q")
    terminal.wait()
    workspace = open_workspace(folder, Clock())
    draft = workspace.drafts.get(1, agent="kim", terminal="pts/1")
    workspace.close()
    assert draft is not None
    assert draft.text == "It is on its way,\nhave patience."


def test_a_hang_up_keeps_every_line_that_was_typed(begin: Begin, folder: Path) -> None:
    terminal = begin()
    said(terminal, "r")
    said(terminal, "It is on its way")
    terminal.signal(signal.SIGHUP)
    assert terminal.wait() == 129
    workspace = open_workspace(folder, Clock())
    draft = workspace.drafts.get(1, agent="kim", terminal="pts/1")
    workspace.close()
    assert draft is not None
    assert draft.text == "It is on its way"


def test_an_interruption_and_an_end_of_input_leave_without_a_trace_of_a_fault(begin: Begin) -> None:
    terminal = begin()
    terminal.press("\x03")
    terminal.shows("q leaves cminbox")
    terminal.type("\x04")
    terminal.wait()
    assert b"ended: quit" in terminal.written
    assert b"Traceback" not in terminal.written


def test_strangers_steer_no_plain_terminal_either(begin: Begin) -> None:
    terminal = begin("--hostile", first="type more")
    for number in range(1, 80, 4):
        said(terminal, str(number))
    said(terminal, "q")
    terminal.wait()
    assert b"Traceback" not in terminal.written
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", bytes(terminal.written))
    assert not re.search("[\u0080-\u009f\u202a-\u202e\u2066-\u2069]", terminal.written.decode())


def test_without_utf8_every_sign_is_ascii(begin: Begin) -> None:
    terminal = begin("--ascii")
    for _ in range(12):
        said(terminal, "")
    assert bytes(terminal.written).isascii()


def test_the_program_opens_it_where_it_is_asked_for(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "work", Clock())
    furnish(workspace)
    workspace.close()
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "TERM": "dumb",
        "CMINBOX_AGENT": "kim",
        "LANG": "C.UTF-8",
    }
    command = [sys.executable, "-m", "cminbox", "--workspace", str(tmp_path / "work"), "--plain", "--lang", "en"]
    with Terminal(command, variables, columns=100, lines=40) as terminal:
        terminal.shows("line by line")
        terminal.shows("Where is my order?")
        terminal.type("q\n")
        assert terminal.wait() == 0
    with Terminal(command[:-3], variables, columns=100, lines=40) as terminal:
        # Not asked for: a terminal that can draw nothing gets the queue and its line back.
        assert terminal.wait() == 0
        assert "line by line" not in terminal.text


def test_a_suggestion_is_used_by_its_number_and_only_three_are_read_out(begin: Begin) -> None:
    terminal = begin("--suggest")
    read = said(terminal, "")
    while "use 3" not in read:
        read += terminal.read(1.0).decode()
    second = re.search(r"use 2, fits by \d+ %: ([^\r\n]{20})", read)
    assert second is not None
    assert "use 4" not in read
    assert "use 1" in read
    assert second[1].split()[0] in said(terminal, "use 2")
    terminal.press(".q\n")
    assert "There is no suggestion 99" in said(terminal, "use 99")
    assert "Type the number of the suggestion" in said(terminal, "use two")


def test_the_blanks_of_a_suggestion_are_asked_for(begin: Begin, folder: Path) -> None:
    terminal = begin("--suggest")
    own = folder / "canned_replies" / "en"
    own.mkdir(parents=True)
    (own / "late-order.md").write_text(
        "---\ntitle: Late order\nexamples:\n  - Where is my order? It has been two weeks.\n---\n"
        "It is with {carrier} and comes {day}.\n",
        encoding="utf-8",
    )
    said(terminal, "c Late order")
    assert "carrier?" in said(terminal, "1")
    assert "day?" in said(terminal, "the post")
    said(terminal, "on Monday")
    terminal.shows("Send to @ana")
    assert "goes out in" in said(terminal, "y")
    terminal.shows("goes out in")
    said(terminal, "u")
    assert "It is with the post and comes on Monday." in terminal.text


def test_it_works_through_pipes_as_well(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "work", Clock())
    furnish(workspace)
    workspace.close()
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "CMINBOX_AGENT": "kim", "LANG": "C.UTF-8"}
    variables.pop("TERM", None)
    command = [sys.executable, "-m", "cminbox", "--workspace", str(tmp_path / "work"), "--plain", "--lang", "en"]
    ended = subprocess.run(
        command, input="\nx 1-3\ne\n", capture_output=True, text=True, check=False, env=variables, timeout=60
    )
    assert ended.returncode == 0
    assert "Where is my order?" in ended.stdout
    assert "Done: 3 conversations" in ended.stdout
    assert ended.stderr == ""


@pytest.mark.parametrize("deaf", [(), ("--deaf",)], ids=["told", "not told that the terminal is gone"])
def test_a_dropped_line_leaves_the_marks_to_whoever_comes_back(
    begin: Begin, folder: Path, deaf: tuple[str, ...]
) -> None:
    terminal = begin(*deaf)
    assert "3 are marked" in said(terminal, "x 1-3")
    terminal.close()
    terminal.wait()
    assert len(list(folder.glob("marks-*.json"))) == 1
    assert "3 conversations were left marked" in begin(first="left marked").text
