"""What is pasted stays text, and no answer of a terminal is a key: no escape in the middle of either begins one."""

from __future__ import annotations

import re
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_BEGIN, _END = "\x1b[200~", "\x1b[201~"
_ESCAPES = str.maketrans({"\x1b": "\u241b", "\x9b": "\u241b"})
"""Shown as the sign for Escape, as it is wherever a stranger's text holds one."""
_HEAD = re.compile("\x1b(?:\\][0-9]|P[0-9>+$=!|]|_G)")
"""How such answers begin: an operating system command with its number, a device control string, a word on graphics."""
_TAIL = re.compile("\x07|\x1b\\\\|\x9c|[\x18\x1a]|(?=\x1b)")
"""What ends one; any other escape begins something else."""
_SECONDS = 0.5
"""So long an answer may rest between two pieces; then what follows was typed."""
_MOST = 8192


class Answers:
    """Takes the strings with which terminals answer out of what is typed: a colour, the clipboard, a version.

    They come late where a link stalls, or to a program that has ended; the parser would take each letter for a key.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._inside = False
        self._last_at = 0.0
        self._taken = 0
        self._escape = False
        """Whether the last piece ended in an escape, which may end the answer."""

    def left(self, text: str) -> str:
        """Return what of a piece is no answer; an answer may go on in the next piece."""
        if self._inside and (self._clock() - self._last_at > _SECONDS or self._taken > _MOST):
            self._inside = False
        if self._inside and self._escape:
            text = f"\x1b{text}"
        self._escape, self._last_at = False, self._clock()
        out: list[str] = []
        while text:
            text = self._rest_of_answer(text) if self._inside else self._before_answer(text, out)
        return "".join(out)

    def _before_answer(self, text: str, out: list[str]) -> str:
        head = _HEAD.search(text)
        if head is None:
            out.append(text)
            return ""
        out.append(text[: head.start()])
        self._inside, self._taken = True, 0
        return text[head.end() :]

    def _rest_of_answer(self, text: str) -> str:
        tail = _TAIL.search(text)
        if tail is None or (tail[0] == "" and tail.end() == len(text) - 1):
            self._escape = tail is not None
            self._taken += len(text)
            return ""
        self._inside = False
        return text[tail.end() :]


class PasteGuard:
    """Follows the bytes of a terminal, as text, and takes the escapes out of what is pasted, and answers out of keys.

    Textual's parser ends a paste at any escape and takes the rest of it for keys that were pressed, Enter among them.
    """

    def __init__(self) -> None:
        self._pasting = False
        self._answers = Answers()
        self._kept = ""
        """Outside a paste the last that was passed on, inside one the beginning of a mark that may yet be completed."""

    def feed(self, text: str) -> str:
        """Return what the parser may read of the next piece; pieces may end anywhere."""
        out: list[str] = []
        while text:
            found, text = self._pasted(text) if self._pasting else self._typed(text)
            out.append(found)
        return "".join(out)

    def _typed(self, text: str) -> tuple[str, str]:
        """Return what comes before a paste with its mark, and the rest; nothing waits here, for Escape is a key."""
        joined = self._kept + text
        before, mark, _ = joined.partition(_BEGIN)
        if not mark:
            self._kept = joined[1 - len(_BEGIN) :]
            return self._answers.left(text), ""
        end = len(before) + len(mark) - len(self._kept)
        self._pasting, self._kept = True, ""
        return self._answers.left(text[:end]), text[end:]

    def _pasted(self, text: str) -> tuple[str, str]:
        """Return what is pasted, its escapes shown, and the rest after the mark of its end."""
        joined, self._kept = self._kept + text, ""
        inside, mark, rest = joined.partition(_END)
        if mark:
            self._pasting = False
        else:
            size = next((size for size in range(len(_END) - 1, 0, -1) if inside.endswith(_END[:size])), 0)
            self._kept, inside = inside[len(inside) - size :], inside[: len(inside) - size]
        return inside.translate(_ESCAPES) + mark, rest
