"""What begins and ends a message whatever it is about: found at its edges and taken off."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("lexicon") / "pleasantries.txt"
_SIGNATURE = 2
"""How many words of a name may follow a formal close."""

Phrases = frozenset[tuple[str, ...]]


class _Kind:
    """The phrases of one kind, with what it takes to look for them quickly."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.longest = max(map(len, phrases))
        self.first = frozenset(phrase[0] for phrase in phrases)
        self.last = frozenset(phrase[-1] for phrase in phrases)

    def starting(self, words: list[str], at: int) -> int:
        """Return how many words the longest phrase takes that starts at `at`, 0 for none."""
        if at < len(words) and words[at] in self.first:
            for length in range(min(self.longest, len(words) - at), 0, -1):
                if tuple(words[at : at + length]) in self.phrases:
                    return length
        return 0

    def ending(self, words: list[str], end: int) -> int:
        """Return how many words the longest phrase takes that ends before `end`, 0 for none."""
        if end and words[end - 1] in self.last:
            for length in range(min(self.longest, end), 0, -1):
                if tuple(words[end - length : end]) in self.phrases:
                    return length
        return 0


def trim(words: list[str]) -> list[str]:
    """Return the words without greeting, thanks and signature; all of them where nothing else was said."""
    start = _start(words)
    end = _end(words, start)
    return words[start:end] if start < end else words


def _start(words: list[str]) -> int:
    kinds = _kinds()
    at = 0
    while True:
        if length := kinds["greetings"].starting(words, at):
            length += kinds["addressed"].starting(words, at + length)
        else:
            length = kinds["openings"].starting(words, at)
        if not length:
            return at
        at += length


def _end(words: list[str], start: int) -> int:
    kinds = _kinds()
    end = len(words)
    while end > start:
        cut = kinds["closings"].ending(words, end) or kinds["valedictions"].ending(words, end)
        if not cut:
            cut = _signed(words, end)
        if not cut:
            break
        end -= cut
    return max(end, start)


def _signed(words: list[str], end: int) -> int:
    """Return how many words a formal close takes that a name follows."""
    formal = _kinds()["valedictions"]
    for name in range(1, _SIGNATURE + 1):
        if length := formal.ending(words, end - name) if end > name else 0:
            return name + length
    return 0


@cache
def _kinds() -> dict[str, _Kind]:
    sections: dict[str, set[tuple[str, ...]]] = {}
    name = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].split()
        if line.startswith("["):
            name = line.strip("[] ")
            sections[name] = set()
        elif words:
            sections[name].add(tuple(words))
    return {name: _Kind(frozenset(phrases)) for name, phrases in sections.items()}
