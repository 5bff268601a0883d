"""Handing text to the clipboard of the terminal before a person, wherever that runs (OSC 52)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 8 * 1024
"""Terminals silently drop what is longer."""
_ESCAPE, _BELL = "\x1b", "\x07"
_PIECE = 240
"""GNU screen passes on strings of at most 256 characters, its later versions longer ones."""


def copying(text: str, environ: Mapping[str, str]) -> str | None:
    """Return what puts a text into the terminal's clipboard, None for a text that is longer than terminals take.

    tmux takes such a sequence itself. GNU screen only passes on what is wrapped, in pieces: the terminal behind it puts
    them together again.
    """
    data = text.encode(errors="replace")
    if len(data) > MOST_BYTES:
        return None
    plain = f"{_ESCAPE}]52;c;{base64.b64encode(data).decode('ascii')}{_BELL}"
    if not environ.get("STY") or environ.get("TMUX"):
        return plain
    pieces = (plain[start : start + _PIECE] for start in range(0, len(plain), _PIECE))
    return "".join(f"{_ESCAPE}P{piece}{_ESCAPE}\\" for piece in pieces)
