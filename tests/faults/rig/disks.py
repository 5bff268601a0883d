"""Disks that are full, limited or read only, for one process: whatever the machine allows a test to make."""

from __future__ import annotations

import ctypes
import os
import resource
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.store.database import Database

_NEW_NAMES, _NEW_USERS = 0x00020000, 0x10000000
_PRIVATE = 0x4000 | 0x40000
_BLOCK = 64 * 1024


class Disk(Protocol):
    """A disk that can be full, and have room again."""

    name: str

    def fill(self, spare: int) -> None:
        """Leave room for so many bytes and no more."""

    def free(self) -> None:
        """Make room again."""


@dataclass
class SmallDisk:
    """A small file system of this process's own, filled to the brim."""

    folder: Path
    database: Database
    name: str = "no space left"

    def fill(self, spare: int) -> None:
        """Fill it with a file."""
        _without_journal(self.database)
        with (self.folder / "filler").open("wb", buffering=0) as file:
            with suppress(OSError):
                while file.write(b"\0" * _BLOCK) == _BLOCK:
                    pass
            with suppress(OSError):
                while file.write(b"\0" * 512):
                    pass
            file.truncate(max(0, file.tell() - spare))

    def free(self) -> None:
        """Remove the file."""
        (self.folder / "filler").unlink(missing_ok=True)


@dataclass
class Limit:
    """A limit on the size of files, as a quota sets one: writing beyond it fails."""

    database: Database
    name: str = "file too large"

    def fill(self, spare: int) -> None:
        """Let no file grow beyond so many bytes."""
        _without_journal(self.database)
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (spare, hard))

    def free(self) -> None:
        """Let files grow again."""
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@dataclass
class ReadOnly:
    """A database that nobody may write."""

    database: Database
    name: str = "read only"

    def fill(self, spare: int) -> None:
        """Refuse every write."""
        del spare
        self.database._write_connection.execute("PRAGMA query_only = 1")

    def free(self) -> None:
        """Take writes again."""
        self.database._write_connection.execute("PRAGMA query_only = 0")


def mounted(folder: Path, megabytes: int) -> bool:
    """Put a small file system at `folder`, seen by this process alone; False where the machine does not allow it."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = _NEW_NAMES if os.geteuid() == 0 else _NEW_NAMES | _NEW_USERS
    if libc.unshare(names) != 0 or libc.mount(b"none", b"/", None, _PRIVATE, None) != 0:
        return False
    options = f"size={megabytes}m,mode=0700".encode()
    return bool(libc.mount(b"none", os.fsencode(folder), b"tmpfs", 0, options) == 0)


def _without_journal(database: Database) -> None:
    """Empty the journal: a file that has room in itself would hide that the disk has none."""
    with closing(sqlite3.connect(database.path, timeout=5)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
