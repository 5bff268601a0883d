"""What comes in from a terminal, however odd."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stage.opening import Clock, open_workspace

from cminbox.domain.reply import ReplyState

if TYPE_CHECKING:
    from pathlib import Path

    from stage.terminal import Play


def states(folder: Path) -> list[ReplyState]:
    workspace = open_workspace(folder, Clock())
    try:
        return [one.state for one in workspace.outbox.outstanding()]
    finally:
        workspace.close()


def test_bytes_that_are_no_utf8_hurt_nobody(play: Play) -> None:
    terminal = play()
    terminal.press("r")
    terminal.shows("Reply to @ana")
    terminal.type(b"caf\xe9 \xff\xfe ok")
    terminal.shows("ok")
    terminal.type("\x1b")
    terminal.shows("draft is kept")
    terminal.type("j")
    terminal.shows("love this")


def test_a_reply_typed_by_hand_is_sent_and_taken_back(play: Play, folder: Path) -> None:
    terminal = play()
    terminal.press("r")
    terminal.shows("Reply to @ana")
    terminal.type("hello Ana")
    terminal.shows("hello Ana")
    terminal.read(0.4)
    terminal.type("\r")
    terminal.shows("1 held")
    assert states(folder) == [ReplyState.HELD]
    terminal.type("u")
    terminal.shows("hello Ana")
    assert states(folder) == []


def test_carriage_returns_in_one_unbracketed_burst_never_send(play: Play, folder: Path) -> None:
    terminal = play()
    terminal.press("r")
    terminal.shows("Reply to @ana")
    terminal.read(0.4)
    terminal.type("first\rsecond\r")
    terminal.shows("second")
    terminal.read(0.4)
    assert states(folder) == []
    assert "Reply to @ana" in terminal.text


def test_a_bracketed_paste_never_sends_and_steers_nothing(play: Play, folder: Path) -> None:
    terminal = play()
    terminal.press("r")
    terminal.shows("Reply to @ana")
    terminal.read(0.4)
    before = len(terminal.written)
    terminal.type("\x1b[200~one\rtwo\x1b]0;owned\x07\x9b31m\r\x1b[201~")
    terminal.shows("two")
    terminal.read(0.4)
    assert states(folder) == []
    assert b"\x1b]0;owned" not in terminal.written[before:]
    assert b"\xc2\x9b" not in terminal.written[before:]


def test_r_and_a_text_in_one_write_is_a_text(play: Play, folder: Path) -> None:
    terminal = play()
    terminal.type("reequ hello")
    terminal.shows("eequ hello")
    assert states(folder) == []
