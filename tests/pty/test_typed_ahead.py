"""Keys that come in one piece, faster than the screen follows: each goes to what the one before it has opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stage.terminal import Play


def test_letters_behind_a_question_act_on_nothing_and_leave_it_standing(play: Play) -> None:
    terminal = play()
    terminal.type("dbxxeo")
    terminal.until(lambda: "only these keys answer" in terminal.text, "the question stays")
    terminal.type("n")
    terminal.until(lambda: "only these keys answer" not in terminal.text, "a no")
    assert "marked" not in terminal.text
    assert "undoes" not in terminal.text


def test_letters_behind_another_screen_are_heard_there(play: Play) -> None:
    terminal = play()
    terminal.type("goxxxq")
    terminal.read(1.0)
    assert "marked" not in terminal.text
    assert "reply" in terminal.text
