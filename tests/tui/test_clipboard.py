"""Text on its way to the clipboard of the terminal: plain, or wrapped where GNU screen lies between."""

from __future__ import annotations

import base64
import re

import pytest

from cminbox.tui.clipboard import MOST_BYTES, copying

LONG = "déjà vu " * 700


def passed_on(written: str) -> str:
    """Return what GNU screen gives to the terminal behind it: the contents of its strings."""
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", written, re.DOTALL)
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in pieces) == written
    assert all(len(piece) <= 256 for piece in pieces)
    return "".join(pieces)


def taken(written: str) -> str:
    """Return what a terminal puts into its clipboard."""
    found = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", written)
    assert found is not None
    return base64.b64decode(found[1]).decode()


@pytest.mark.parametrize("text", ["", "a", LONG, "x" * MOST_BYTES], ids=len)
def test_a_terminal_takes_what_was_copied(text: str) -> None:
    assert taken(copying(text, {}) or "") == text


@pytest.mark.parametrize("text", ["a", LONG, "x" * MOST_BYTES], ids=len)
def test_screen_passes_it_on_in_pieces_that_it_takes(text: str) -> None:
    assert taken(passed_on(copying(text, {"STY": "1.pts-0.host"}) or "")) == text


def test_tmux_takes_it_itself_also_within_screen() -> None:
    assert copying("a", {"TMUX": "default,1,0", "STY": "1.pts-0.host"}) == copying("a", {})


@pytest.mark.parametrize("environ", [{}, {"STY": "1"}, {"TMUX": "1"}], ids=["plain", "screen", "tmux"])
def test_what_is_too_long_is_not_handed_over_at_all(environ: dict[str, str]) -> None:
    assert copying("x" * (MOST_BYTES + 1), environ) is None
    assert copying("é" * (MOST_BYTES // 2 + 1), environ) is None
