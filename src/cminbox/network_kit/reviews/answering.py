"""Answering a review where the new answer takes the place of the one before it, and never of one nobody has seen.

What was last shown of a review's answer, when its thread was read, is what an answer may replace; besides, only what
was there before the agent decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.reply import Receipt
from cminbox.domain.saying import say
from cminbox.network_kit.contract import Thread
from cminbox.network_kit.failures import Gone, Refused
from cminbox.network_kit.limits import check_fits
from cminbox.network_kit.reviews.review import answer_id, parts_of

if TYPE_CHECKING:
    from cminbox.domain.network import Manifest
    from cminbox.domain.reply import Reply
    from cminbox.network_kit.reviews.review import Answer, Review, Source

CLOCKS_DIFFER_MS = 5 * 60 * 1000
_MOST_SHOWN = 1_000


class Answering:
    """What can be done below the reviews of one account. All methods raise NetworkFailure."""

    def __init__(self, source: Source, manifest: Manifest) -> None:
        self._source = source
        self._manifest = manifest
        self._shown: dict[str, str] = {}

    async def thread(self, remote_id: str) -> Thread:
        """Return a review with what stands below it, or an answer with what stands above it.

        Raises Gone for an answer that no longer stands there, NetworkFailure.
        """
        identifier, mark = parts_of(remote_id)
        review = await self._source.one(identifier)
        answered = review.answered(await self._source.me())
        if mark is not None:
            if answered is None or answered.remote_id != remote_id:
                raise Gone(say("This answer no longer stands there"))
            return Thread((review.message(),), answered, ())
        if review.answer is not None:
            self._shown[identifier] = review.answer.mark
            while len(self._shown) > _MOST_SHOWN:
                del self._shown[next(iter(self._shown))]
        return Thread((), review.message(), () if answered is None else (answered,))

    async def reply(self, reply: Reply) -> Receipt:
        """Answer a review, unless somebody has given another answer since the agent decided.

        Raises Refused then and for an empty text, NetworkFailure.
        """
        check_fits(reply, self._manifest)
        if not reply.text.strip():
            raise Refused(say("The reply is empty"))
        identifier, _mark = parts_of(reply.to)
        review = await self._source.one(identifier)
        present = review.answer
        if present is not None and present.at > reply.decided_at:
            if present.says(reply.text):
                return _receipt(review, present)
            if self._shown.get(identifier) != present.mark:
                raise Refused(say("This was answered from another program meanwhile, so this reply was not sent"))
        return _receipt(review, await self._source.publish(identifier, reply.text))

    async def find_sent(self, reply: Reply) -> Receipt | None:
        """Return the receipt of a reply that stands there, None where it does not."""
        try:
            review = await self._source.one(parts_of(reply.to)[0])
        except Gone:
            return None
        present = review.answer
        # Two clocks never agree; our own words of longer ago are another reply.
        if present is None or not present.says(reply.text) or present.at < reply.decided_at - CLOCKS_DIFFER_MS:
            return None
        return _receipt(review, present)

    async def standing(self, remote_id: str) -> Review | None:
        """Return the review below which an answer still stands, None where another one does, or none.

        Raises Refused for what is no answer of ours.
        """
        identifier, mark = parts_of(remote_id)
        if mark is None:
            raise Refused(say("What others wrote can only be reported, on the network's own pages"))
        try:
            review = await self._source.one(identifier)
        except Gone:
            return None
        return review if review.answer is not None and review.answer.mark == mark else None


def _receipt(review: Review, answer: Answer) -> Receipt:
    return Receipt(answer_id(review.id, answer.mark), review.permalink, answer.at)
