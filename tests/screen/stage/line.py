"""A terminal for the inbox line by line, at which lines are typed that are known beforehand."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from cminbox.tui.plain.inbox import PlainInbox

if TYPE_CHECKING:
    from cminbox.tui.session import ExitResult, Session


class Line:
    """A terminal at which lines are typed that are known beforehand."""

    def __init__(self, given: Session) -> None:
        self.result: ExitResult | None = None
        self.out = io.StringIO()
        reading, self._writing = os.pipe()
        self.inbox = PlainInbox(given, reading, self.out)
        self._reading = reading

    def type(self, *lines: str) -> str:
        """Type lines and return what is said."""
        start = len(self.out.getvalue())
        first, *answers = lines
        os.write(self._writing, "".join(f"{line}\n" for line in answers).encode())
        self.inbox.obey(first)
        return self.out.getvalue()[start:]

    def play(self, *lines: str, lost: bool = False) -> str:
        """Let a person come, type lines and leave, or lose the terminal after them; return what is said."""
        start = len(self.out.getvalue())
        self.inbox.terminal._typed = "".join(f"{line}\n" for line in (*lines, *([] if lost else ["q"])))
        self.inbox.terminal.ended = lost
        self.result = self.inbox.run()
        return self.out.getvalue()[start:]

    def close(self) -> None:
        """Take the terminal away."""
        self.inbox.writing.end()
        os.close(self._writing)
        os.close(self._reading)
