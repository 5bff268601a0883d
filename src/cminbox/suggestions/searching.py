"""The agent's own search for a canned reply, as it is typed: over titles, shortcuts, tags and names, in any language.

Whoever reads French finds the English reply by the French title of the same reply.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cminbox.suggestions.cleaning import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.suggestions.entries import Entry

_WORD = re.compile(r"[^\W_]+")
_SHORTCUT, _TITLE, _TAG, _NAME = 1.2, 1.0, 0.9, 0.7
"""How much a hit counts, by where it is."""
_KIN = 0.6
"""How much of that is left where it is said in another language."""
_WHOLE, _START, _INSIDE = 1.0, 0.9, 0.6
"""How much a hit counts, by what of the word was typed: all, its start, something within."""
_SLIP_LEAST = 0.6
_SLIP = 0.8
_SHORTEST_INSIDE, _SHORTEST_SLIP = 3, 3
_LONGEST = 100


class _Place(NamedTuple):
    entry: int
    weight: float


def _called(entry: Entry) -> tuple[tuple[str, float], ...]:
    """Return what an entry is called in its own language, with how much each counts."""
    return (entry.shortcut, _SHORTCUT), (entry.title, _TITLE), (" ".join(entry.tags), _TAG)


class LibrarySearch:
    """The names of one library's replies, ready to be searched with every key.

    `names` says, for each entry, what it is called in every language: entries of one name are found by each other's
    words as well, behind those that have the words themselves.
    """

    def __init__(self, entries: Sequence[Entry], names: Sequence[str] = ()) -> None:
        self._ids: list[str] = []
        self._shortcuts: list[str] = []
        self._places: dict[str, list[_Place]] = {}
        self._starts: dict[int, list[str]] = {}
        kin: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            kin.setdefault(name, []).append(number)
        for number, entry in enumerate(entries):
            self._ids.append(entry.id)
            self._shortcuts.append(fold(entry.shortcut))
            name = names[number] if names else ""
            others = [other for other in kin.get(name, ()) if other != number]
            for text, weight in (*_called(entry), (name, _NAME)):
                for word in dict.fromkeys(_WORD.findall(fold(text))):
                    places = self._places.setdefault(word, [])
                    places.append(_Place(number, weight))
                    places += [_Place(other, weight * _KIN) for other in others]
        self._words = list(self._places)

    def find(self, query: str, limit: int = 20) -> list[str]:
        """Return the ids of the replies that have every typed word, the best first; all when nothing was typed.

        The last word may be unfinished, a word may have a slip, accents and case do not matter.
        """
        typed = fold(query[:_LONGEST])
        wanted = list(dict.fromkeys(_WORD.findall(typed)))
        if not wanted:
            return self._ids[: max(limit, 0)]
        scores = self._scores(wanted[0])
        for word in wanted[1:]:
            more = self._scores(word)
            scores = {entry: score + more[entry] for entry, score in scores.items() if entry in more}
        for entry in scores:
            if self._shortcuts[entry] == typed.strip():
                scores[entry] += _SHORTCUT * len(wanted)
        ranked = sorted(scores, key=lambda entry: (-scores[entry], entry))
        return [self._ids[entry] for entry in ranked[: max(limit, 0)]]

    def _scores(self, typed: str) -> dict[int, float]:
        """Return the replies that have a typed word, with how well."""
        found: dict[int, float] = {}
        for word, hit in self._hits(typed):
            for place in self._places[word]:
                found[place.entry] = max(found.get(place.entry, 0.0), hit * place.weight)
        return found

    def _hits(self, typed: str) -> list[tuple[str, float]]:
        hits = [(word, _WHOLE if word == typed else _START) for word in self._words if word.startswith(typed)]
        if len(typed) >= _SHORTEST_INSIDE:
            hits += [(word, _INSIDE) for word in self._words if typed in word and not word.startswith(typed)]
        return hits or self._slips(typed)

    def _slips(self, typed: str) -> list[tuple[str, float]]:
        """Return the words that start as what was typed may have been meant."""
        if len(typed) < _SHORTEST_SLIP:
            return []
        # Loaded by the first slip: it takes longer to load than all else here.
        from rapidfuzz import process  # noqa: PLC0415 - see above
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - see above

        found: dict[str, float] = {}
        longer = len(typed) + 1
        # One letter more, for exactly one that was left out.
        for length, least in ((len(typed), _SLIP_LEAST), (longer, 1 - 1.5 / longer)):
            starts = self._starts.setdefault(length, [word[:length] for word in self._words])
            near = process.extract(
                typed, starts, scorer=OSA.normalized_similarity, score_cutoff=least, limit=len(starts)
            )
            for _, score, at in near:
                found[self._words[at]] = max(found.get(self._words[at], 0.0), score * _SLIP)
        return list(found.items())
