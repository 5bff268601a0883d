"""Whose turn it is to write, where many processes share one file.

SQLite's own waiting looks ever less often, so that whoever came last gets in first, and with many processes on a busy
machine somebody starves. Here whoever has waited longest looks most often.
"""

from __future__ import annotations

import random
import sqlite3
import time

_SELDOM, _OFTEN = 0.010, 0.001
_OLD = 1.0
"""After so many seconds one looks as often as it gets."""


def begin(connection: sqlite3.Connection, patience: float) -> None:
    """Begin a transaction that writes, waiting at most `patience` seconds for others. Raises what SQLite raises.

    The connection itself must not wait: its busy timeout is 0.
    """
    begun = time.monotonic()
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - begun
            busy = (error.sqlite_errorcode or 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or waited >= patience:
                raise
        else:
            return
        pause = _SELDOM + (_OFTEN - _SELDOM) * min(1.0, waited / _OLD)
        time.sleep(min(pause * random.uniform(0.5, 1.5), max(0.0, patience - waited)))  # noqa: S311 - no secret
