"""The thread that writes to the terminal, so that a link that stalls never stops the screen."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

JOIN_SECONDS = 2.0
FEW_WRITES = 3


class Writer(threading.Thread):
    """Writes in order in its own thread; `write` never waits.

    Whoever draws asks `behind` first, and leaves frames that nobody would see undrawn until `caught_up` is called,
    which happens in this thread. Nothing is raised when the terminal is gone: the rest is dropped, and the end of
    input says the same.
    """

    def __init__(self, file: TextIO, caught_up: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="terminal-output")
        self._file = file
        self._caught_up = caught_up
        self._waiting: deque[str] = deque()
        self._ready = threading.Condition()
        self._ended = False
        self._tell = False

    @property
    def behind(self) -> bool:
        """Whether the terminal has taken nothing for some writes."""
        return len(self._waiting) >= FEW_WRITES

    def tell_when_caught_up(self) -> None:
        """Call `caught_up` once, as soon as everything has left."""
        with self._ready:
            self._tell = True
            self._ready.notify_all()

    def write(self, text: str) -> None:
        """Append text to what is to be written."""
        with self._ready:
            if not self._ended:
                self._waiting.append(text)
                self._ready.notify_all()

    def flush(self) -> None:
        """Do nothing: the thread flushes whenever it has caught up."""

    def run(self) -> None:
        """Write until told to stop."""
        while (text := self._next()) is not None:
            try:
                self._file.write(text)
                self._file.flush()
            except (OSError, ValueError):
                with self._ready:
                    self._ended = True
                    self._waiting.clear()
                return

    def stop(self) -> None:
        """Write what is left, as far as the terminal takes it within two seconds, and end the thread."""
        with self._ready:
            self._ended = True
            self._ready.notify_all()
        self.join(JOIN_SECONDS)

    def _next(self) -> str | None:
        with self._ready:
            while not self._waiting and not self._ended:
                if self._tell:
                    self._tell = False
                    self._caught_up()
                self._ready.wait()
            text = "".join(self._waiting)
            self._waiting.clear()
            return text or None
