"""A paste is text and nothing else, whatever is in it and wherever the terminal cuts it."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from cminbox.tui.pasting import PasteGuard

HOSTILE = "hi \x1b]0;pwn\x07\x1b[2J e d \x1bOP q\r\x1b[20 \x1b[A\x9b31m end\x1b"


def read(pieces: list[str]) -> list[tuple[str, str]]:
    guard, parser = PasteGuard(), XTermParser()
    found = []
    for piece in pieces:
        text = guard.feed(piece)
        for event in parser.feed(text) if text else ():
            if isinstance(event, events.Key):
                found.append(("key", event.key))
            elif isinstance(event, events.Paste):
                found.append(("paste", event.text))
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
def test_a_paste_with_escapes_presses_no_key(size: int) -> None:
    data = f"\x1b[200~{HOSTILE}\x1b[201~j"
    found = read([data[at : at + size] for at in range(0, len(data), size)])
    expected = HOSTILE.replace("\x1b", "\u241b").replace("\x9b", "\u241b")
    assert found == [("paste", expected), ("key", "j")]


def test_keys_before_and_after_a_paste_stay_keys() -> None:
    assert read(["\x1b[A", "\x1b[200~a\x1b[201~", "\x1b[B", "\x1b[200~b\x1b[201~x"]) == [
        ("key", "up"),
        ("paste", "a"),
        ("key", "down"),
        ("paste", "b"),
        ("key", "x"),
    ]


@pytest.mark.parametrize("keys", ["\x1b", "\x1b[", "e", "\x1b[A", "\x1bOP", "\x1b[<0;1;1M"])
def test_what_no_paste_follows_passes_at_once(keys: str) -> None:
    assert PasteGuard().feed(keys) == keys


def test_a_piece_that_turns_out_to_be_no_mark_comes_out_whole() -> None:
    guard = PasteGuard()
    assert guard.feed("\x1b[2") + guard.feed("J") == "\x1b[2J"
