"""Waiting for a moment of rest: what is done only once nobody has moved on for so long."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import TimerHandle
    from collections.abc import Callable

    from textual.message_pump import MessagePump


class Pause:
    """Has a part of the screen do something so many seconds after it was last begun.

    Keys begin and stop it all the time, so it is no timer of Textual's: each of those is a task of its own.
    """

    def __init__(self, part: MessagePump, seconds: float, effect: Callable[[], object]) -> None:
        self._part = part
        self._seconds = seconds
        self._effect = effect
        self._handle: TimerHandle | None = None

    def begin(self) -> None:
        """Wait from now on."""
        self.stop()
        self._handle = asyncio.get_running_loop().call_later(self._seconds, self._over)

    def stop(self) -> None:
        """Do nothing."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _over(self) -> None:
        self._handle = None
        self._part.call_later(self._effect)
