"""The words of the library, and which of them a message may mean that uses another form or a wrong key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Known = TypeVar("Known")

_ROOT = 4
"""Words are kin when they share at least so many first letters."""
_KIN_LEAST = 0.4
_SLIP_LEAST = 0.7
"""How alike (0 to 1) two words must be for one to be a slip of the other."""
_SLIPS = 3
_SHORTEST_SLIP = 4
_KEPT = 20_000


class Alike(NamedTuple):
    """A word of the library, and how much of what it says holds for the word asked for (0 to 1).

    `slip` tells a word that was mistyped from one in another form.
    """

    word: str
    likeness: float
    slip: bool = False


class Vocabulary:
    """Words in the order in which they were met. Finding and remembering never change an answer."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._roots: dict[str, list[str]] = {}
        self._lengths: dict[int, list[str]] = {}
        self._words: dict[str, None] = {}
        self._kin: dict[str, tuple[int, tuple[Alike, ...]]] = {}
        self._slips: dict[str, tuple[int, tuple[Alike, ...]]] = {}
        for word in words:
            self.add(word)

    def __contains__(self, word: str) -> bool:
        """Whether the library has the word."""
        return word in self._words

    def __len__(self) -> int:
        """Return how many words there are."""
        return len(self._words)

    def words(self) -> list[str]:
        """Return all words in their order."""
        return list(self._words)

    def add(self, word: str) -> None:
        """Take a word in, if it is new."""
        if word not in self._words:
            self._words[word] = None
            self._lengths.setdefault(len(word), []).append(word)
            if len(word) >= _ROOT:
                self._roots.setdefault(word[:_ROOT], []).append(word)

    def kin(self, word: str) -> tuple[Alike, ...]:
        """Return the words that share a root with `word`, itself first when it is known."""
        family = self._roots.get(word[:_ROOT], ()) if len(word) >= _ROOT else ()
        # A family and the word itself only ever join: their number tells whether what is remembered still holds.
        size = len(family) + (word in self._words)
        known = self._kin.get(word)
        if known is None or known[0] != size:
            itself = (Alike(word, 1.0),) if word in self._words else ()
            others = ((other, _likeness(word, other)) for other in family if other != word)
            kin = tuple(Alike(other, likeness**2) for other, likeness in others if likeness >= _KIN_LEAST)
            known = (size, itself + kin)
            _bound(self._kin)[word] = known
        return known[1]

    def slips(self, word: str) -> tuple[Alike, ...]:
        """Return the words that `word`, which is none itself, may have been meant for, the likeliest first."""
        if len(word) < _SHORTEST_SLIP:
            return ()
        known = self._slips.get(word)
        if known is None or known[0] != len(self._words):
            known = (len(self._words), tuple(self._nearest(word)))
            _bound(self._slips)[word] = known
        return known[1]

    def _nearest(self, word: str) -> list[Alike]:
        # Loaded by the first message with such a word: it takes longer to load than all else here.
        from rapidfuzz import process  # noqa: PLC0415 - see above
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - see above

        reach = int(len(word) * (1 - _SLIP_LEAST)) or 1
        found: list[Alike] = []
        for length in range(max(_SHORTEST_SLIP, len(word) - reach), len(word) + reach + 1):
            near = process.extract(
                word,
                self._lengths.get(length, ()),
                scorer=OSA.normalized_similarity,
                score_cutoff=_SLIP_LEAST,
                limit=_SLIPS,
            )
            found += [Alike(other, score * score, slip=True) for other, score, _ in near]
        found.sort(key=lambda alike: -alike.likeness)
        return found[:_SLIPS]


def _likeness(one: str, other: str) -> float:
    """Return the share of their letters that two words have in common at their start."""
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return 2 * same / (len(one) + len(other))


def _bound(known: dict[str, Known]) -> dict[str, Known]:
    if len(known) >= _KEPT:
        known.clear()
    return known
