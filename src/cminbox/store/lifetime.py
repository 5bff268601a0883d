"""Which files make up an open database, and whether somebody took one of them away.

SQLite removes the journal when the last program closes the database. A file that was not closed (its program was
killed) and has no journal any more has lost what the journal held: SQLite cannot tell, so a mark beside the file does.
While the database is open, its file and its journal must stay the same ones, else two programs write past each other.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

Identity: TypeAlias = "tuple[int, int] | None"


def identity(path: Path) -> tuple[Identity, Identity]:
    """Return what tells the file and its journal from any others, None for one that is not there."""
    return _inode(path), _inode(journal(path))


def journal(path: Path) -> Path:
    """Return where SQLite keeps the journal of a database."""
    return path.with_name(f"{path.name}-wal")


def mark(path: Path) -> Path:
    """Return where it is marked that a database is open."""
    return path.with_name(f"{path.name}.open")


def lost_journal(path: Path) -> bool:
    """Whether a database that nobody closed has no journal. Ask before it is opened, with its lock held."""
    return mark(path).exists() and not journal(path).exists()


def closed(path: Path) -> None:
    """Take the mark away when nobody has the database open any more. Call it with the lock held."""
    with suppress(OSError):
        if not journal(path).exists():
            mark(path).unlink(missing_ok=True)


def _inode(path: Path) -> Identity:
    try:
        found = os.stat(path)  # noqa: PTH116 - at each write: half the time of the other way
    except OSError:
        return None
    return found.st_dev, found.st_ino
