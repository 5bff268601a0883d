"""What a terminal answers late, or to somebody else, presses no key."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from cminbox.tui.pasting import Answers, PasteGuard

ANSWERS = [
    "\x1b]11;rgb:00/ee/dd\x1b\\",
    "\x1b]11;rgb:0000/eeee/dddd\x07",
    "\x1b]52;c;ZWQ=\x07",
    "\x1bP>|tmux 3.3a\x1b\\",
    "\x1bP1+r5463=32\x1b\\",
    "\x1bP0$r\x9c",
    "\x1b_Gi=31;OK\x1b\\",
]


def keys(pieces: list[str]) -> list[str]:
    guard, parser = PasteGuard(), XTermParser()
    found: list[str] = []
    for piece in pieces:
        text = guard.feed(piece)
        for event in parser.feed(text) if text else ():
            if isinstance(event, events.Key):
                found.append(event.key)
            elif isinstance(event, events.Paste):
                found.append(f"paste {event.text}")
    return found


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_presses_no_key_and_those_around_it_do(answer: str) -> None:
    assert keys([f"j{answer}k"]) == ["j", "k"]
    assert keys(["j", answer, "\x1b[A", answer + answer, "k"]) == ["j", "up", "k"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_comes_in_two_pieces_presses_none_either(answer: str) -> None:
    for cut in range(3, len(answer)):
        assert keys([f"j{answer[:cut]}", f"{answer[cut:]}k"]) == ["j", "k"], cut


def test_an_answer_without_an_end_holds_up_what_is_typed_no_longer_than_a_moment() -> None:
    now = [0.0]
    answers = Answers(lambda: now[0])
    assert answers.left("\x1b]11;rgb") == ""
    now[0] += 0.4
    assert answers.left("ef") == ""
    now[0] += 0.6
    assert answers.left("ef") == "ef"


def test_another_escape_ends_an_answer() -> None:
    assert keys(["\x1b]11;rgb\x1b[Aj"]) == ["up", "j"]
    assert keys(["\x1b]11;rgb\x1b[200~eed\x1b[201~j"]) == ["paste eed", "j"]


def test_what_is_pasted_stays_as_it_was() -> None:
    assert keys(["\x1b[200~a\x1b]11;b\x1b[201~j"]) == ["paste a\u241b]11;b", "j"]


@pytest.mark.parametrize("typed", ["\x1b", "\x1b]", "\x1bP", "\x1b]x", "\x1b_", "]1", "\x1b[1;5A"])
def test_what_hands_type_passes_at_once(typed: str) -> None:
    assert Answers().left(typed) == typed
