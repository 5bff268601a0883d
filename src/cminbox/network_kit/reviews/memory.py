"""What a cursor remembers of lists that begin with the newest: the reviews of late, what they said, what was answered.

It holds ids and figures only: no text, no name, no credentials.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.network_kit.failures import CursorExpired

if TYPE_CHECKING:
    from cminbox.network_kit.reviews.review import Review

MOST_REVIEWS = 400
_VERSION = 1
_NEVER_READ = -1


@dataclass(slots=True)
class Known:
    """What was yielded of a review. `changed_at` is UTC milliseconds; `answer` is empty where there was none."""

    changed_at: int
    mark: int = _NEVER_READ
    answer: str = ""


@dataclass(slots=True)
class Memory:
    """All of it. Times are UTC milliseconds; what was changed before `floor` and is not known is done with.

    `unfinished` says that a fetch is yielding: below what is known there may still be news. `looked_at` is when the
    lists were last read down to the floor.
    """

    floor: int
    unfinished: bool = False
    looked_at: int = 0
    reviews: OrderedDict[str, Known] = field(default_factory=OrderedDict)

    def is_new(self, review: Review) -> bool:
        """Whether the words of a review were not yielded yet."""
        known = self.reviews.get(review.id)
        if known is None or known.mark == _NEVER_READ:
            return review.changed_at >= self.floor
        return known.mark != review.mark

    def is_answered_anew(self, review: Review) -> bool:
        """Whether another answer stands below a review than was yielded, or none any more."""
        known = self.reviews.get(review.id)
        if known is None:
            return review.answer is not None and review.changed_at >= self.floor
        return known.answer != mark_of(review)

    def is_known(self, review: Review) -> bool:
        """Whether its words were yielded before, whatever they were."""
        known = self.reviews.get(review.id)
        return known is not None and known.mark != _NEVER_READ

    def learn_review(self, review: Review) -> None:
        """Remember that the words of a review were yielded."""
        known = self._known(review)
        known.changed_at, known.mark = review.changed_at, review.mark

    def learn_answer(self, review: Review) -> None:
        """Remember that what stands below a review was yielded."""
        self._known(review).answer = mark_of(review)

    def settle(self) -> None:
        """Remember that all was yielded, and forget what is oldest where it is too much."""
        self.unfinished = False
        if len(self.reviews) <= MOST_REVIEWS:
            return
        by_age = sorted(self.reviews, key=lambda name: self.reviews[name].changed_at)
        for name in by_age[: len(by_age) - MOST_REVIEWS]:
            # What is forgotten must not come again as something new.
            self.floor = max(self.floor, self.reviews.pop(name).changed_at + 1)

    def _known(self, review: Review) -> Known:
        return self.reviews.setdefault(review.id, Known(review.changed_at))


def mark_of(review: Review) -> str:
    """Return what is remembered of the answer below a review; it changes when the network takes it down."""
    if review.answer is None:
        return ""
    return review.answer.mark + ("!" if review.answer.trouble is not None else "")


def write_cursor(memory: Memory) -> str:
    """Return a cursor, which `read_cursor` reads. It holds ids, times and marks only: no text and no name."""
    reviews = [[name, known.changed_at, known.mark, known.answer] for name, known in memory.reviews.items()]
    data = {
        "v": _VERSION,
        "floor": memory.floor,
        "unfinished": memory.unfinished,
        "looked": memory.looked_at,
        "reviews": reviews,
    }
    return json.dumps(data, separators=(",", ":"))


def read_cursor(text: str | None, since: int) -> Memory:
    """Read what `write_cursor` wrote; None is the very beginning. Raises CursorExpired for anything else.

    `since` is UTC milliseconds.
    """
    if text is None:
        return Memory(since)
    try:
        return _memory(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise CursorExpired(say("The place to which reviews were read is not known any more")) from None


def _memory(data: Any) -> Memory:  # noqa: ANN401 - any JSON
    if data["v"] != _VERSION:
        raise ValueError("another version")
    memory = Memory(int(data["floor"]), bool(data["unfinished"]), int(data["looked"]))
    for name, changed_at, mark, answer in data["reviews"]:
        memory.reviews[str(name)] = Known(int(changed_at), int(mark), str(answer))
    return memory
