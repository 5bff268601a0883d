"""One verb done to any number of conversations: in one go where they are few, piece by piece where they are many."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, StoreProblem
from cminbox.i18n import _, ngettext, render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.domain.reply import StoredReply
    from cminbox.domain.saying import Saying

AT_ONCE = 100
"""So many are done before the next key is read; more of them run beside the screen."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What an act leaves behind, by which it is undone: events, what was asked of networks, replies on their way."""

    events: tuple[int, ...] = ()
    asked: tuple[int, ...] = ()
    replies: tuple[StoredReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb that is ready to be done. `said` tells it of one conversation, `title` names it for several.

    `act` does it to several as one step, or raises Problem and has done nothing; with `alone` it takes one at a time,
    because each may be refused for a reason of its own.
    """

    said: str
    title: str
    act: Callable[[Sequence[int]], Traces]
    advance: bool = True
    alone: bool = False


@dataclass(slots=True)
class Bulk:
    """A deed on its way through a list of conversations."""

    deed: Deed
    ids: Sequence[int]
    done: list[int] = field(default_factory=list)
    refused: dict[int, Saying] = field(default_factory=dict)
    events: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    replies: list[StoredReply] = field(default_factory=list)
    stopped: bool = False

    @property
    def tried(self) -> int:
        """How many were tried."""
        return len(self.done) + len(self.refused)

    def step(self) -> bool:
        """Do the next piece; return whether there is more. Raises StoreProblem, and what was done stays done."""
        piece = self.ids[self.tried : self.tried + AT_ONCE]
        if self.deed.alone:
            self._one_by_one(piece)
        else:
            try:
                self._do(piece)
            except StoreProblem:
                raise
            except Problem:
                self._one_by_one(piece)
        return not self.stopped and self.tried < len(self.ids)

    def all_steps(self) -> None:
        """Do all of it. Raises StoreProblem, and what was done stays done."""
        while self.step():
            continue

    def text(self) -> str:
        """Return what was done, and why the rest was not."""
        count = len(self.done)
        if len(self.ids) == 1 and count:
            return self.deed.said
        text = ngettext("{act}: {count} conversation", "{act}: {count} conversations", count)
        text = text.format(act=self.deed.title, count=count)
        if self.refused:
            why = render(next(iter(self.refused.values())))
            refused = ngettext("{count} refused: {why}", "{count} refused: {why}", len(self.refused))
            text = f"{text}, {refused.format(count=len(self.refused), why=why)}"
        left = len(self.ids) - self.tried
        if left:
            as_it_was = ngettext("{count} left as it was", "{count} left as they were", left)
            text = f"{text}, {as_it_was.format(count=left)}"
        return text

    def progress(self) -> str:
        """Return how far it is."""
        text = _("{act}: {count} of {total}")
        return text.format(act=self.deed.title, count=self.tried, total=len(self.ids))

    def _one_by_one(self, piece: Sequence[int]) -> None:
        for one in piece:
            try:
                self._do((one,))
            except StoreProblem:
                raise
            except Problem as problem:
                self.refused[one] = problem.saying

    def _do(self, ids: Sequence[int]) -> None:
        traces = self.deed.act(ids)
        self.events += traces.events
        self.asked += traces.asked
        self.replies += traces.replies
        self.done += ids
