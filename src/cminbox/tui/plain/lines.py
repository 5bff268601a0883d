"""A terminal that is only written to and read from, line by line."""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.tui.harmless import without_keys
from cminbox.tui.mirror import in_ascii

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

_CHUNK = 4096
_TICK_SECONDS = 0.25
_LONGEST = 100_000
"""What a line may hold at most; the rest of it is left out."""


class InputEndedError(Exception):
    """Nobody types any more: the end of the input."""


class EndedError(Exception):
    """The process was asked to end, or its terminal is gone: nobody chose to leave."""


class LineTerminal:
    """Writes lines and reads lines. While it waits for one, `tick` is called some times a second; it writes nothing."""

    def __init__(self, source: int, out: TextIO, *, unicode: bool, tick: Callable[[], None]) -> None:
        self._source = source
        self._out = out
        self._unicode = unicode
        self._tick = tick
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._typed = ""
        self._echoes = os.isatty(source)
        self.ended = False
        """Set from a signal: whoever waits for a line hears that the process is to end."""

    def tell(self, *texts: str) -> None:
        """Write texts, each as lines of its own, made safe. Raises InputEndedError or EndedError."""
        for text in texts:
            self._write(f"{safe(text, lines=True)}\n")

    def ask(self, prompt: str) -> str:
        """Return the line that a person types, without its end and what moving keys leave in it.

        Raises InputEndedError or EndedError.
        """
        self._write(f"{safe(prompt)} ")
        while "\n" not in self._typed:
            self._wait()
        line, _end, self._typed = self._typed.partition("\n")
        line = without_keys(line.rstrip("\r"))
        if not self._echoes:
            # A terminal shows what is typed; what a pipe brings is said, so that its answer stands below it.
            self._write(f"{safe(line)}\n")
        return line

    def _wait(self) -> None:
        if self.ended:
            raise EndedError
        self._tick()
        if not select.select([self._source], [], [], _TICK_SECONDS)[0]:
            return
        try:
            data = os.read(self._source, _CHUNK)
        except OSError:
            # A terminal whose other side has closed answers with an error rather than with an end.
            data = b""
        if not data:
            raise self._end()
        self._typed = (self._typed + self._decode(data))[-_LONGEST:]

    def _write(self, text: str) -> None:
        if not self._unicode:
            text = "".join(char if char.isascii() else in_ascii(char) for char in text)
        try:
            self._out.write(text)
            self._out.flush()
        except OSError:
            raise self._end() from None

    def _end(self) -> InputEndedError | EndedError:
        """Return what it means that nothing can be read or written: a terminal that is still there was left."""
        lost = self.ended or (self._echoes and not os.isatty(self._source))
        return EndedError() if lost else InputEndedError()
