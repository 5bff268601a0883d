"""Reading that takes no longer than somebody waits who looks at a screen."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, StoreProblem
from cminbox.domain.saying import say

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS = 20_000
"""So many of SQLite's steps lie between two looks at the clock: less than a millisecond."""


@contextmanager
def bounded(connection: sqlite3.Connection, seconds: float | None) -> Iterator[None]:
    """Give up what is read inside once it takes longer than so many seconds; None allows all the time there is.

    Raises Problem when it is given up.
    """
    if seconds is None:
        yield
        return
    until = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        yield
    except StoreProblem as problem:
        if getattr(problem.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            raise
        raise Problem(say("This filter has to look through too much; add a word, a name, a kind or a time")) from None
    finally:
        connection.set_progress_handler(None, 0)
