"""Acts that write, done beside the screen: a database that somebody else keeps busy stops no key."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from concurrent.futures import Future
    from contextvars import Context

T = TypeVar("T")

AT_ONCE_SECONDS = 0.1
"""An act that takes longer is gone on with beside the screen; nearly all of them take some milliseconds."""
LAST_SECONDS = 2.5
"""How long one waits at the very end for an act that is still being written."""


@dataclass(frozen=True, slots=True)
class _Act:
    result: Future[Any]
    then: Callable[[Any], None]
    refused: Callable[[Problem], None]


class Beside:
    """At most one act at a time. `later` calls something soon, in its turn among the keys."""

    def __init__(self, later: Callable[[Callable[[], None]], object]) -> None:
        self._later = later
        self._thread: ThreadPoolExecutor | None = None
        self._act: _Act | None = None

    @property
    def busy(self) -> bool:
        """Whether an act is still being written."""
        return self._act is not None

    def check_free(self) -> None:
        """Raise Problem while an act is still being written."""
        if self._act is not None:
            raise Problem(say("The database is busy; what was done before is still being written"))

    def run(
        self,
        act: Callable[[], T],
        then: Callable[[T], None],
        refused: Callable[[Problem], None],
        slow: Callable[[], None],
    ) -> None:
        """Do `act` in another thread, and `then` or `refused` in this one: now if it is over at once, else later.

        `slow` is called when it is not. Raises Problem while another act is still being written; nothing is done then.
        """
        self.check_free()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "acts")
        result = self._thread.submit(act)
        try:
            found = result.result(AT_ONCE_SECONDS)
        except TookTooLong:
            self._act = _Act(result, then, refused)
            slow()
            result.add_done_callback(partial(_soon, asyncio.get_running_loop(), copy_context(), self._call_end))
        except Problem as problem:
            refused(problem)
        else:
            then(found)

    def finish(self) -> None:
        """Wait a little for an act that is still being written: the program ends."""
        if self._act is None:
            return
        try:
            self._act.result.exception(LAST_SECONDS)
        except TookTooLong:
            return
        self._end()

    def _call_end(self) -> None:
        self._later(self._end)

    def _end(self) -> None:
        act, self._act = self._act, None
        if act is None:
            return
        try:
            found = act.result.result()
        except Problem as problem:
            act.refused(problem)
        else:
            act.then(found)


def _soon(loop: AbstractEventLoop, context: Context, call: Callable[[], None], _done: Future[Any]) -> None:
    """Call something in the screen's thread, from any other one."""
    # A program that has ended meanwhile hears of nothing any more.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, context=context)
