"""What is pasted stays text: no escape in the middle of a paste begins a key, and no key follows from one."""

from __future__ import annotations

_BEGIN, _END = "\x1b[200~", "\x1b[201~"
_ESCAPES = str.maketrans({"\x1b": "\u241b", "\x9b": "\u241b"})
"""Shown as the sign for Escape, as it is wherever a stranger's text holds one."""


class PasteGuard:
    """Follows the bytes of a terminal, as text, and takes the escapes out of what is pasted.

    Textual's parser ends a paste at any escape and takes the rest of it for keys that were pressed, Enter among them.
    """

    def __init__(self) -> None:
        self._pasting = False
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
            return text, ""
        end = len(before) + len(mark) - len(self._kept)
        self._pasting, self._kept = True, ""
        return text[:end], text[end:]

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
