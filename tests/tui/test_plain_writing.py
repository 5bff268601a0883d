"""Writing line by line: nothing goes out that was not heard, and nothing that a terminal would obey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stage.line import Line

    Typed = Callable[..., str]
    Editor = Callable[[str], None]


def sent(line: Line) -> str:
    return line.inbox.session.reading.outstanding()[0].text


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Editor:
    """Give a way to say what the person's editor does, as lines of a shell that finds the file in $1."""

    def write(body: str) -> None:
        script = tmp_path / "editor"
        script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        script.chmod(0o755)
        monkeypatch.setenv("VISUAL", str(script))

    return write


def test_keys_that_move_nothing_here_leave_no_trace_in_a_text(line: Line, typed: Typed) -> None:
    typed("r", "Hello\x1b[D\x1b[1;5C Ana\x1bOH\x07\x7f", ".", "y")
    assert sent(line) == "Hello Ana"


def test_they_leave_none_in_what_a_verb_asks_for_either(line: Line, typed: Typed) -> None:
    typed("t", "v\x1b[Dip")
    row = line.inbox.desk.row
    assert row is not None
    assert line.inbox.view_of(row.id).row.tags == ("vip",)


def test_emoji_and_foreign_scripts_that_are_typed_are_sent_as_they_are(line: Line, typed: Typed) -> None:
    typed("r", "Merci \U0001f469\u200d\U0001f4bb, ありがとう, น้ำ, שלום", ".", "y")
    assert sent(line) == "Merci \U0001f469\u200d\U0001f4bb, ありがとう, น้ำ, שלום"


def test_a_text_is_read_out_before_it_can_be_sent_and_once_only(typed: Typed) -> None:
    said = typed("r", "It is on", "its way", ".", "")
    assert "So far:\nIt is on\nits way\n" in said
    typed("")
    said = typed("use 1", "")
    assert said.count("I am sorry that you wait") == 1


def test_what_an_editor_leaves_is_cleaned_and_read_out(line: Line, typed: Typed, editor: Editor) -> None:
    editor("printf 'Dear Ana,\\r\\n\\033[2Jit is \\033]0;owned\\007on its way\\n' > \"$1\"")
    said = typed("r", ".e", ".", "y")
    assert "\x1b" not in said
    assert "it is" in said
    assert not {"\x1b", "\x07", "\r"} & set(sent(line))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("exit 3", "ended with an error"),
        ("kill -9 $$", "ended with an error"),
        ("printf '\\377\\376' > \"$1\"", "no text in UTF-8"),
        ('rm "$1"', "cannot be handed to an editor"),
    ],
    ids=["fails", "is killed", "writes no text", "takes the file away"],
)
def test_an_editor_that_fails_leaves_the_text_as_it_was(
    line: Line, typed: Typed, editor: Editor, body: str, why: str
) -> None:
    editor(body)
    said = typed("r", "Hello", ".e", ".", "y")
    assert why in said
    assert sent(line) == "Hello"


def test_an_editor_that_is_not_there_is_named(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "no-such-editor")
    assert "$VISUAL names no-such-editor, which is not there" in typed("r", "Hello", ".e", ".q")


def test_an_editor_that_leaves_nothing_leaves_nothing_to_send(line: Line, typed: Typed, editor: Editor) -> None:
    editor(': > "$1"')
    said = typed("r", "Hello", ".e", ".")
    assert "Nothing was written" in said
    assert line.inbox.session.reading.outstanding() == []


def test_while_an_editor_is_open_the_line_goes_on_being_told_of(
    line: Line, typed: Typed, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: list[int] = []
    before = line.inbox.tick

    def tick() -> None:
        ticks.append(1)
        before()

    monkeypatch.setattr(line.inbox, "tick", tick)
    editor('sleep 0.6\necho more >> "$1"')
    typed("r", "Hello", ".e", ".", "y")
    assert len(ticks) >= 2
    assert sent(line) == "Hello\nmore"


def test_what_does_not_fit_cannot_be_sent_and_is_gone_on_with(line: Line, typed: Typed) -> None:
    said = typed("r", "x" * 501, ".", "y")
    assert "It is too long. e goes on, Enter keeps the draft:" in said
    assert "Kept as a draft" in said
    assert line.inbox.session.reading.outstanding() == []
