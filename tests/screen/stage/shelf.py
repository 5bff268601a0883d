"""Canned replies that are suggested everywhere, so that pictures do not change with the library."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cminbox.domain.canned import CannedReply, Source
from cminbox.domain.saying import say
from cminbox.inbox.options import Option, Shelf, Suggested

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.saying import Saying
    from cminbox.inbox.reading import ConversationView

T = TypeVar("T")


class Shelved:
    """Suggests the same two replies for everything."""

    version = 0
    OPTIONS = tuple(
        Option(CannedReply(f"r{number}", "en", title, text, Source.WORKSPACE, Path(f"{number}.md")), text, score=score)
        for number, (title, text, score) in enumerate(
            (
                ("Order status", "I am sorry that you wait. I look for your order and write to you today.", 0.92),
                ("Please write to us", "We answer at once when you send us the number of your order.", 0.71),
            )
        )
    )

    def load(self) -> Future[int]:
        """Return how many there are."""
        return self._now(len(self.OPTIONS))

    def suggest(self, _view: ConversationView) -> Future[Suggested]:
        """Return both."""
        return self._now(Suggested(self.OPTIONS, confident=True))

    def common(self, _ids: Sequence[int]) -> Future[Suggested]:
        """Return both."""
        return self._now(Suggested(self.OPTIONS, confident=True))

    def renew(self) -> Future[bool]:
        """Return that nothing has changed."""
        return self._now(value=False)

    def shelf(self) -> Future[Shelf]:
        """Return both."""
        return self._now(Shelf(tuple(one.reply for one in self.OPTIONS), (), {}))

    def search(self, _view: ConversationView | None, _query: str, *, limit: int = 9) -> Future[list[Option]]:
        """Return both."""
        return self._now(list(self.OPTIONS[:limit]))

    def why(self, _view: ConversationView, keys: Sequence[str]) -> Future[list[list[Saying]]]:
        """Return the same reason for each."""
        return self._now([[say("picked {count} times for messages like this", count=3)] for _key in keys])

    def picked(self, _view: ConversationView, _key: str, *, sent_as: int | None) -> Future[int | None]:
        """Learn nothing."""
        return self._now(sent_as)

    def _now(self, value: T) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(value)
        return future
