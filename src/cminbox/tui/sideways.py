"""Work that goes on while keys are read, such as asking for suggestions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Callable, Coroutine


class Sideways:
    """The pieces of work of one screen, of each group at most one: a new one takes the place of the one before.

    Keys begin one all the time, so they are no workers of Textual's: each of those tells every screen of its states.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, Task[None]] = {}

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Begin a piece of work; what was begun in the same group is given up."""
        self.stop(group)
        task = self._tasks[group] = asyncio.create_task(work(), name=group)
        task.add_done_callback(self._ended)

    def stop(self, group: str) -> None:
        """Give up what was begun in a group."""
        before = self._tasks.pop(group, None)
        if before is not None:
            before.cancel()

    def stop_all(self) -> None:
        """Give up everything."""
        for group in list(self._tasks):
            self.stop(group)

    def _ended(self, task: Task[None]) -> None:
        if self._tasks.get(task.get_name()) is task:
            del self._tasks[task.get_name()]
        if not task.cancelled():
            # Looked at, so that no word of it reaches the terminal: the screen goes on without what it was to bring.
            task.exception()
