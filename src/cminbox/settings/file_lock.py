"""A lock between processes that a dead process cannot keep: it belongs to an open file."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

_FIRST_WAIT = 0.005
_LONGEST_WAIT = 0.1


@contextlib.asynccontextmanager
async def hold(open_file: Callable[[], int]) -> AsyncIterator[None]:
    """Hold the lock of the file that `open_file` opens; waits as long as it takes and can be cancelled at any time.

    It asks again and again instead of blocking in a thread: a thread that waits for a lock cannot be cancelled, would
    take the lock after nobody wants it any more, and would keep the process from ending.
    """
    file = open_file()
    try:
        for wait in _waits():
            if _taken(file):
                break
            await asyncio.sleep(wait)
        yield
    finally:
        os.close(file)


@contextlib.contextmanager
def hold_at_once(open_file: Callable[[], int], patience: float) -> Iterator[bool]:
    """Hold the lock for code that is not asynchronous; gives False when it was not free within `patience` seconds."""
    file = open_file()
    try:
        left = patience
        taken = _taken(file)
        for wait in _waits():
            if taken or left <= 0:
                break
            time.sleep(wait)
            left -= wait
            taken = _taken(file)
        yield taken
    finally:
        os.close(file)


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _waits() -> Iterator[float]:
    wait = _FIRST_WAIT
    while True:
        yield wait
        wait = min(wait * 2, _LONGEST_WAIT)
