"""Hearing that a database was written to, without asking it: from the kernel where that tells, else by a look.

SQLite tells of other connections' commits only when it is asked, and every question touches its files. A screen that
nobody works at has to hear of its colleagues all the same, and to cost next to nothing.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

_MODIFIED = 0x00000002
"""IN_MODIFY of Linux."""
_MANY = 4096


class Stirring(Protocol):
    """Whether a database was written to. Now and then it says no though something was; ask SQLite once a second."""

    def fileno(self) -> int | None:
        """Return what becomes readable with the first write since it was asked last, None where nothing tells."""

    def stirred(self) -> bool:
        """Whether anything was written since it was asked last."""

    def close(self) -> None:
        """Listen no more."""


class Watch:
    """Is told by the kernel (inotify)."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Return what becomes readable."""
        return self._descriptor

    def stirred(self) -> bool:
        """Whether anything was written since it was asked last."""
        try:
            # What has the same meaning and was not read yet is told once, so little is ever waiting.
            return bool(os.read(self._descriptor, _MANY))
        except BlockingIOError:
            return False

    def close(self) -> None:
        """Listen no more."""
        os.close(self._descriptor)


class Look:
    """Looks when a journal was written to last, and how long it is."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._seen: tuple[int, int] | None = None

    def fileno(self) -> None:
        """Nothing tells."""

    def stirred(self) -> bool:
        """Whether anything was written since it was asked last; always where that cannot be told."""
        before = self._seen
        try:
            found = self._journal.stat()
        except OSError:
            return True
        self._seen = found.st_mtime_ns, found.st_size
        return self._seen != before

    def close(self) -> None:
        """Nothing is open."""


def stirring(database: Path) -> Stirring:
    """Return what tells of writes to a database that is open, by whichever process."""
    journal = database.with_name(f"{database.name}-wal")
    descriptor = _watched(journal) if sys.platform == "linux" else None
    return Look(journal) if descriptor is None else Watch(descriptor)


def _watched(journal: Path) -> int | None:
    """Return a descriptor of inotify that tells of writes to a file, None where there is none to be had."""
    import ctypes  # noqa: PLC0415 - after the first paint, and on Linux alone

    system = ctypes.CDLL(None)
    if not hasattr(system, "inotify_init1"):
        return None
    descriptor: int = system.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if descriptor < 0:
        return None
    if system.inotify_add_watch(descriptor, os.fsencode(journal), _MODIFIED) < 0:
        os.close(descriptor)
        return None
    return descriptor
