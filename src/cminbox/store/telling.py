"""The process that tells a command of a stage: it takes the announcement, then becomes the command.

    python telling.py DATABASE NUMBER SECONDS COMMAND [WORD ...]

Whoever starts it may be killed at any time. So it is this process that marks the announcement as told, at the last
moment before it turns into the command: what is not marked is told by the next one that comes, what is marked is told.
The alarm that ends a command which takes too long outlives the turning. It is run as a file, from any folder, so it
imports nothing of cminbox.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BUSY_SECONDS = 30.0
NOT_FOUND = 127


def take(database: str, number: int, mark: str, *, instead_of: str = "due") -> bool:
    """Mark an announcement; False when it is not in the state that is replaced."""
    connection = sqlite3.connect(database, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        done = connection.execute("UPDATE notices SET hook = ? WHERE id = ? AND hook = ?", (mark, number, instead_of))
        return done.rowcount == 1
    finally:
        connection.close()


def main(words: Sequence[str]) -> int:
    """Take the announcement and become the command; return only when there is nothing to tell or no such command."""
    database, number, seconds, *command = words
    if not take(database, int(number), "begun"):
        return 0
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, float(seconds))
    try:
        os.execvp(command[0], command)  # noqa: S606 - a list of words from the settings, no shell
    except OSError as error:
        take(database, int(number), "failed", instead_of="begun")
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return NOT_FOUND


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
