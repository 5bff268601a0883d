"""Putting what is typed on disk beside the screen: no key waits for the database, and a text stays until it is there.

A save that fails (a locked file, a full disk) is told and tried again; meanwhile the text stands on the screen.
"""

from __future__ import annotations

from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass
from cminbox.i18n import _, render
from cminbox.tui.ink import Ink

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from cminbox.tui.screens.base import KeyScreen

Typed: TypeAlias = tuple[str, int]
AGAIN_MILLISECONDS = 2_000
LAST_SECONDS = 2.5
"""How long the last save may take: a little longer than a write waits for other processes."""
NOTHING: Typed = ("", 0)


@dataclass(slots=True)
class Keeping:
    """One text and its caret. `save` begins to put them on disk; the future is done when they are there.

    `now` is UTC milliseconds.
    """

    save: Callable[[str, int], Future[None]]
    kept: Typed = NOTHING
    """What is on disk."""
    wanted: Typed = NOTHING
    """What shall be."""
    _on_its_way: Typed = NOTHING
    _saving: Future[None] | None = field(default=None)
    _failed_at: int | None = None

    @property
    def whole(self) -> bool:
        """Whether everything is on disk that shall be."""
        nothing_at_all = not self.wanted[0].strip() and not self.kept[0]
        return self._saving is None and (self.wanted == self.kept or nothing_at_all)

    def want(self, typed: Typed) -> None:
        """Have a text on disk soon."""
        self.wanted = typed
        if self._failed_at is None:
            self._begin()

    def look(self, now: int) -> Problem | None:
        """See how saving goes and go on with it; return what stands in the way, once for each failure."""
        problem = self._take_result(now)
        if self._failed_at is not None and not 0 <= now - self._failed_at < AGAIN_MILLISECONDS:
            self._failed_at = None
        if self._failed_at is None:
            self._begin()
        return problem

    def finish(self, typed: Typed) -> None:
        """Have a text on disk before one goes on. Raises Problem when it cannot be; then it is not."""
        self.wanted = typed
        if self._saving is not None:
            _wait_for(self._saving)
            self._take_result(0)
        self._begin()
        if self._saving is not None:
            _wait_for(self._saving)
            problem = self._take_result(0)
            if problem is not None:
                raise problem

    def at_once(self, typed: Typed, seconds: float) -> None:
        """Have a text on disk if that is a matter of a moment; `whole` says whether it was, else it goes on.

        Raises Problem when it cannot be.
        """
        self.wanted = typed
        while not self.whole:
            self._begin()
            try:
                if self._saving is not None:
                    self._saving.exception(seconds)
            except TookTooLong:
                return
            problem = self._take_result(0)
            if problem is not None:
                raise problem

    def _begin(self) -> None:
        if self._saving is None and not self.whole:
            self._on_its_way = self.wanted
            self._saving = self.save(*self.wanted)

    def _take_result(self, now: int) -> Problem | None:
        if self._saving is None or not self._saving.done():
            return None
        saving, self._saving = self._saving, None
        error = saving.exception()
        if error is None:
            self.kept, self._failed_at = self._on_its_way, None
            return None
        if not isinstance(error, Problem):
            raise error
        self._failed_at = now
        return error


@dataclass(slots=True)
class Remark:
    """Says in the last line of a screen that a text is not on disk, and takes that back as soon as it is."""

    screen: KeyScreen
    _said: str = ""

    def look(self, problem: Problem | None, *, kept: bool) -> None:
        """Say what stands in the way now, if anything does; what was said before goes once the text is `kept`."""
        if problem is not None:
            self._said = _("Not kept on disk yet: {what}").format(what=render(problem.saying))
            self.screen.tell(self._said, Ink.LATE)
        elif self._said and kept:
            self.screen.withdraw(self._said)
            self._said = ""


def _wait_for(saving: Future[None]) -> None:
    try:
        saving.exception(LAST_SECONDS)
    except TookTooLong:
        raise Problem(say("The database does not answer; what was typed last may not be kept")) from None
