"""A review with the answer that stands below it, and where lists of them come from."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cminbox.domain.message import Attachment, Kind, Message, Person

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from cminbox.domain.saying import Saying

_BETWEEN = "/reply/"


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands below a review in the brand's name. `at` is when it was written or changed (UTC milliseconds).

    `trouble` says why nobody sees it, None where everybody does.
    """

    text: str
    at: int
    trouble: Saying | None = None

    @property
    def mark(self) -> str:
        """What tells one answer from the one before it. Only its words do: networks round and change times."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:16]

    def says(self, text: str) -> bool:
        """Whether it consists of these words."""
        return self.text.split() == text.split()


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it stands now. Times are UTC milliseconds; `changed_at` is that of its newest words."""

    id: str
    author: Person
    text: str
    stars: int | None
    created_at: int
    changed_at: int
    answer: Answer | None = None
    permalink: str | None = None
    attachments: tuple[Attachment, ...] = ()
    lang: str | None = None
    place: str = ""
    """What was reviewed, where lists hold reviews of several things."""

    @property
    def mark(self) -> int:
        """A figure that changes when the review is changed. Addresses of pictures are renewed now and then."""
        return zlib.crc32(f"{self.stars}|{len(self.attachments)}|{self.text}".encode())

    def message(self, *, edited: bool = False) -> Message:
        """Return it as a message; `edited` says that it is known to be, where the network does not tell."""
        changed = edited or self.changed_at > self.created_at
        return Message(
            remote_id=self.id,
            kind=Kind.REVIEW,
            author=self.author,
            text=self.text,
            created_at=self.created_at,
            conversation=self.id,
            permalink=self.permalink,
            attachments=self.attachments,
            rating=self.stars,
            lang=self.lang,
            edited_at=self.changed_at if changed else None,
        )

    def answered(self, me: Person) -> Message | None:
        """Return what stands below it as a message of ours, None where nothing does.

        An answer to what the review said before hangs on the conversation alone.
        """
        if self.answer is None:
            return None
        return Message(
            remote_id=answer_id(self.id, self.answer.mark),
            kind=Kind.REVIEW,
            author=me,
            text=self.answer.text,
            created_at=self.answer.at,
            conversation=self.id,
            parent=self.id if self.answer.at >= self.changed_at else None,
            ours=True,
            permalink=self.permalink,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list that begins with the newest; `more` says that it goes on.

    `mixed` says that it holds reviews of several places, of which nobody promises that all are in one order.
    """

    reviews: tuple[Review, ...]
    more: bool
    skipped: tuple[Saying, ...] = ()
    mixed: bool = False


class Source(Protocol):
    """One account's reviews on a network. All methods raise NetworkFailure."""

    def now(self) -> int:
        """Return the time, UTC milliseconds."""

    async def me(self) -> Person:
        """Return in whose name answers stand."""

    async def lists(self) -> Sequence[Callable[[], AsyncIterator[Listed]]]:
        """Return all lists; each call of one begins it anew, newest first."""

    def most_pages(self, *, looking: bool) -> int:
        """Return how many pages of a list may be read at once.

        `looking` says that it is a look at what is known, of which a part will do.
        """

    def vouched_since(self) -> int:
        """Return since when (UTC milliseconds) the lists hold everything: what is older and missing proves nothing."""

    async def one(self, identifier: str) -> Review:
        """Return a review. Raises Gone when it no longer exists."""

    async def publish(self, identifier: str, text: str) -> Answer:
        """Put an answer below a review, in place of the one that is there, with one publishing request."""


def answer_id(review: str, mark: str) -> str:
    """Return the remote id of an answer by its mark: another one after each change, so that each is seen."""
    return f"{review}{_BETWEEN}{mark}"


def parts_of(remote_id: str) -> tuple[str, str | None]:
    """Return the id of the review that a remote id belongs to, and the mark of the answer if it is one's."""
    review, between, mark = remote_id.rpartition(_BETWEEN)
    return (review, mark) if between else (remote_id, None)
