"""Which message was answered with which reply, to the word: the surest guide of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Memory:
    """Picks, by the words of the message."""

    def __init__(self) -> None:
        self._picks: dict[str, dict[int, int]] = {}
        self._times: dict[int, int] = {}

    def add(self, words: Sequence[str], reply: int) -> None:
        """Remember a pick. A message without words is counted, and never recognised."""
        self._times[reply] = self._times.get(reply, 0) + 1
        picks = self._picks.setdefault(" ".join(words), {})
        # Taken out and put back, so that the latest stands last.
        picks[reply] = picks.pop(reply, 0) + 1

    def remove(self, words: Sequence[str], reply: int) -> bool:
        """Forget one pick; False when there is none."""
        key = " ".join(words)
        picks = self._picks.get(key, {})
        if reply not in picks:
            return False
        self._times[reply] -= 1
        picks[reply] -= 1
        if not picks[reply]:
            del picks[reply]
        if not picks:
            del self._picks[key]
        return True

    def replies(self, words: Sequence[str]) -> list[int]:
        """Return what a message of these words was answered with, the latest first."""
        return list(reversed(self._picks.get(" ".join(words), {}))) if words else []

    def times(self, reply: int) -> int:
        """Return how often a reply was picked."""
        return self._times.get(reply, 0)
