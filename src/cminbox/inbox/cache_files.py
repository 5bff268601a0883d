"""Small files that only save work: whatever is wrong with one, the work is done again."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from cminbox.settings import modes

if TYPE_CHECKING:
    from pathlib import Path

_NEVER_FOLLOW = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class CacheFile:
    """One such file, of at most `largest` bytes. It is written whole or not at all, and for its owner alone."""

    def __init__(self, path: Path, largest: int) -> None:
        self._path = path
        self._largest = largest

    def get(self) -> bytes | None:
        """Return what was kept, None when there is nothing: no file, another's, a link, a pipe, too large."""
        try:
            with os.fdopen(os.open(self._path, os.O_RDONLY | _NEVER_FOLLOW), "rb") as opened:
                found = os.fstat(opened.fileno())
                if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_size > self._largest:
                    return None
                return opened.read(self._largest)
        except OSError:
            return None

    def put(self, data: bytes) -> None:
        """Keep something in the place of what was kept before; where that cannot be, the work is done again."""
        if len(data) > self._largest:
            return
        fresh = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NEVER_FOLLOW
        try:
            with os.fdopen(os.open(fresh, flags, modes.FILE), "wb") as opened:
                opened.write(data)
            fresh.replace(self._path)
        except OSError:
            with suppress(OSError):
                fresh.unlink()
