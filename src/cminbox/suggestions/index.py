"""Which replies a feature speaks for, and how clearly."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from math import log1p
from typing import TYPE_CHECKING, Self

from cminbox.suggestions.features import CONCEPT, PAIR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SOFT_WORD, _SOFT_CONCEPT, _SOFT_PAIR = 0.5, 1.0, 0.3
"""From which amount on more of a feature adds little to its evidence, by kind of feature."""
_LENGTH_COUNTS = 0.75
"""How much the length of all that a reply was taught (against the mean) dilutes each part of it, from 0 to 1."""
_NOTHING_LEFT = 1e-5
_CHANGED = 1.15
"""The mean is measured anew once all that was taught is so many times what it was then, or so many times less."""


class Postings:
    """The replies of one feature in rising order, with how much of it each has, in units of the feature's softness."""

    __slots__ = ("amounts", "replies")

    def __init__(self, replies: array[int] | None = None, amounts: array[float] | None = None) -> None:
        self.replies = array("I") if replies is None else replies
        self.amounts = array("f") if amounts is None else amounts

    def __len__(self) -> int:
        """Return how many replies have the feature."""
        return len(self.replies)

    def add(self, reply: int, amount: float) -> None:
        """Count an amount for a reply; a negative one takes back what was counted."""
        replies = self.replies
        if not replies or replies[-1] < reply:
            if amount > 0:
                replies.append(reply)
                self.amounts.append(amount)
            return
        at = bisect_left(replies, reply)
        if replies[at] != reply:
            if amount > 0:
                replies.insert(at, reply)
                self.amounts.insert(at, amount)
            return
        left = self.amounts[at] + amount
        if left < _NOTHING_LEFT:
            del replies[at], self.amounts[at]
        else:
            self.amounts[at] = left

    def amount(self, reply: int) -> float:
        """Return how much of the feature a reply has."""
        at = bisect_left(self.replies, reply)
        return self.amounts[at] if at < len(self.replies) and self.replies[at] == reply else 0.0


@dataclass(frozen=True, slots=True)
class Contents:
    """All that an index holds: its features, and in how many replies each of them stands.

    `replies` and `amounts` say, one feature after the other, in which, and how much of it; `spoken` how much each reply
    was taught in words.
    """

    names: Sequence[str]
    lengths: array[int]
    replies: array[int]
    amounts: array[float]
    spoken: array[float]


class Index:
    """All features of all replies. Replies are numbers from 0 on.

    `room` has, for each reply, by what its amounts are divided, so that a reply that was taught much is not the answer
    to everything.
    """

    def __init__(self) -> None:
        self._postings: dict[str, Postings] = {}
        self._kept: Contents | None = None
        self._starts: Sequence[int] = ()
        self._waiting: dict[str, int] = {}
        """The features of `_kept` that nobody has asked for yet, by their numbers in it."""
        self._spoken: list[float] = []
        self._mean = 0.0
        self._settled_at = 0.0
        self._total = 0.0
        self.room: list[float] = []

    @classmethod
    def of(cls, contents: Contents) -> Self:
        """Return an index of what `contents` gave; it is settled."""
        index = cls()
        index._kept = contents
        index._starts = array("I", accumulate(contents.lengths, initial=0))
        index._waiting = {name: number for number, name in enumerate(contents.names)}
        index._spoken = list(contents.spoken)
        index.settle()
        return index

    def contents(self) -> Contents:
        """Return all that the index holds."""
        lengths, replies, amounts = array("I"), array("I"), array("f")
        names = [*self._postings, *self._waiting]
        for name in names:
            one = self.get(name)
            assert one is not None
            lengths.append(len(one))
            replies.extend(one.replies)
            amounts.extend(one.amounts)
        return Contents(names, lengths, replies, amounts, array("d", self._spoken))

    def __len__(self) -> int:
        """Return how many replies there are."""
        return len(self._spoken)

    def get(self, feature: str) -> Postings | None:
        """Return where a feature stands, None when no reply has it."""
        found = self._postings.get(feature)
        return self._fetch(feature) if found is None and feature in self._waiting else found

    def _fetch(self, feature: str) -> Postings:
        """Take a feature out of what was kept: most of them nobody ever asks for."""
        kept = self._kept
        assert kept is not None
        number = self._waiting.pop(feature)
        start, end = self._starts[number], self._starts[number + 1]
        found = self._postings[feature] = Postings(kept.replies[start:end], kept.amounts[start:end])
        return found

    def features(self) -> int:
        """Return how many different features there are."""
        return len(self._postings) + len(self._waiting)

    def new_reply(self) -> int:
        """Make room for one more reply and return its number."""
        self._spoken.append(0.0)
        self.room.append(1.0)
        return len(self._spoken) - 1

    def add(self, reply: int, features: Mapping[str, float], weight: float = 1.0) -> None:
        """Count features for a reply; a negative weight takes back what was counted with a positive one."""
        postings, waiting = self._postings, self._waiting
        said = 0.0
        for name, value in features.items():
            amount = value * weight
            if name[0] == CONCEPT:
                scaled = amount / _SOFT_CONCEPT
            elif PAIR in name:
                scaled = amount / _SOFT_PAIR
            else:
                scaled = amount / _SOFT_WORD
                said += amount
            kept = postings.get(name)
            if kept is None and name in waiting:
                kept = self._fetch(name)
            if kept is None:
                kept = postings[name] = Postings()
            kept.add(reply, scaled)
            if not kept.replies:
                del postings[name]
        self._spoken[reply] = max(0.0, self._spoken[reply] + said)
        self._total += said
        self.room[reply] = self._room(reply)
        if not self._settled_at / _CHANGED <= self._total <= self._settled_at * _CHANGED:
            self.settle()

    def settle(self) -> None:
        """Measure anew how much a reply was taught in the mean."""
        self._total = self._settled_at = sum(self._spoken)
        self._mean = self._total / (len(self._spoken) or 1)
        self.room = [self._room(reply) for reply in range(len(self._spoken))]

    def evidence(self, postings: Postings, reply: int) -> float:
        """Return what a feature is worth for one reply."""
        return log1p(postings.amount(reply) / self.room[reply])

    def _room(self, reply: int) -> float:
        if not self._mean:
            return 1.0
        return 1 - _LENGTH_COUNTS + _LENGTH_COUNTS * self._spoken[reply] / self._mean
