"""The thread that writes to the terminal, so that a link that stalls never stops the screen."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

JOIN_SECONDS = 2.0


class Writer(threading.Thread):
    """Writes in order in its own thread; `write` never waits.

    Whoever draws asks `behind` first and draws later what it shows then: frames that nobody saw are never kept.
    Where `tell` is set, `caught_up` is called once, in this thread, when everything has left. Nothing is raised when
    the terminal is gone: the rest is dropped, and the end of input says the same.
    """

    def __init__(self, file: TextIO, caught_up: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="terminal-output")
        self._file = file
        self._caught_up = caught_up
        self._waiting: deque[str] = deque()
        self._ready = threading.Condition()
        self._writing = False
        self._ended = False
        self.tell = False

    @property
    def behind(self) -> bool:
        """Whether something is still on its way to the terminal."""
        return self._writing or bool(self._waiting)

    def write(self, text: str) -> None:
        """Append text to what is to be written."""
        with self._ready:
            self._waiting.append(text)
            self._ready.notify()

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
                    self._writing = False
                return
            self._finish()

    def stop(self) -> None:
        """Write what is left, as far as the terminal takes it within two seconds, and end the thread."""
        with self._ready:
            self._ended = True
            self._ready.notify()
        self.join(JOIN_SECONDS)

    def _next(self) -> str | None:
        with self._ready:
            while not self._waiting and not self._ended:
                self._ready.wait()
            if not self._waiting:
                return None
            self._writing = True
            text = "".join(self._waiting)
            self._waiting.clear()
            return text

    def _finish(self) -> None:
        with self._ready:
            self._writing = False
            tell = self.tell and not self._waiting and not self._ended
            if tell:
                self.tell = False
        if tell:
            self._caught_up()
