"""Acts that write, done beside the screen: a database that somebody else keeps busy stops no key."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass
from cminbox.i18n import _, render
from cminbox.tui.ink import Ink

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Future
    from contextvars import Context

    from cminbox.tui.actions import Action
    from cminbox.tui.screens.base import KeyScreen

T = TypeVar("T")

AT_ONCE_SECONDS = 0.08
"""An act that takes longer is gone on with beside the screen; nearly all of them take some milliseconds."""
LAST_SECONDS = 2.5
"""How long one waits at the very end for an act that is still being written."""


@dataclass(frozen=True, slots=True)
class _Act:
    result: Future[Any]
    then: Callable[[Any], Awaitable[None] | None]
    refused: Callable[[Problem], None]
    action: Action | None
    """What the person does by it, None where that is no action of a key."""


class Beside:
    """The acts of one screen, at most one at a time."""

    def __init__(self, screen: KeyScreen) -> None:
        self._screen = screen
        self._thread: ThreadPoolExecutor | None = None
        self._act: _Act | None = None

    def check_free(self) -> None:
        """Raise Problem while an act is still being written."""
        if self._act is not None:
            raise Problem(say("The database is busy; what was done before is still being written"))

    def run(
        self,
        act: Callable[[], T],
        then: Callable[[T], Awaitable[None] | None],
        refused: Callable[[Problem], None] | None = None,
        slow: Callable[[], None] | None = None,
    ) -> Awaitable[None] | None:
        """Do `act` in another thread, and `then` or `refused` in this one: now if it is over at once, else later.

        Returns what `then` returns, to be awaited. `slow` is called when it takes longer; it and `refused` tell the
        person unless they are given. Raises Problem while another act is being written; nothing is done then.
        """
        self.check_free()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "acts")
        result = self._thread.submit(act)
        action = self._screen.doing
        refused = refused or partial(self._refused, action)
        try:
            found = result.result(AT_ONCE_SECONDS)
        except TookTooLong:
            self._act = _Act(result, then, refused, action)
            (slow or partial(self._slow, action))()
            result.add_done_callback(partial(_soon, asyncio.get_running_loop(), copy_context(), self._call_end))
            return None
        except Problem as problem:
            refused(problem)
            return None
        return then(found)

    def finish(self) -> None:
        """Wait a little for an act that is still being written: the program ends. Raises Problem when it goes on."""
        if self._act is None:
            return
        try:
            self._act.result.exception(LAST_SECONDS)
        except TookTooLong:
            raise Problem(say("The database does not answer; what was typed last may not be kept")) from None
        left = self._end()
        if isinstance(left, Coroutine):
            left.close()

    def _refused(self, action: Action | None, problem: Problem) -> None:
        self._guard(action)
        self._screen.tell(render(problem.saying), Ink.LATE)

    def _slow(self, action: Action | None) -> None:
        self._guard(action)
        self._screen.tell(_("Being written; the database is busy"), Ink.LATE)

    def _call_end(self) -> None:
        self._screen.call_later(self._go_on)

    async def _go_on(self) -> None:
        action = None if self._act is None else self._act.action
        if not await self._screen.attempt(self._end):
            self._guard(action)

    def _guard(self, action: Action | None) -> None:
        from cminbox.tui.ahead import guard  # noqa: PLC0415 - seldom needed

        guard(self._screen, action)

    def _end(self) -> Awaitable[None] | None:
        act, self._act = self._act, None
        if act is None:
            return None
        try:
            found = act.result.result()
        except Problem as problem:
            act.refused(problem)
            return None
        return act.then(found)


def _soon(loop: AbstractEventLoop, context: Context, call: Callable[[], None], _done: Future[Any]) -> None:
    """Call something in the screen's thread, from any other one."""
    # A program that has ended meanwhile hears of nothing any more.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call, context=context)
