"""The spool folder itself: its parts, its lock, and files opened and written so that nothing is lost or followed."""

from __future__ import annotations

import fcntl
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

FILE_MODE = 0o660
"""Less what the umask takes away: a script of the same group may read, in a folder that lets it in."""
FOLDER_MODE = 0o700


class NotPlain(Exception):  # noqa: N818 - told in a sentence, the other files live on
    """A link, a pipe, a folder or a device lies where a plain file was expected."""


@dataclass(frozen=True, slots=True)
class Spool:
    """The parts of a spool folder."""

    folder: Path

    @property
    def incoming(self) -> Path:
        """Where the script puts files of messages."""
        return self.folder / "in"

    @property
    def taken(self) -> Path:
        """Where claimed files are kept for a while."""
        return self.folder / "in" / "taken"

    @property
    def refused(self) -> Path:
        """Where goes what is no plain file."""
        return self.folder / "in" / "refused"

    @property
    def outgoing(self) -> Path:
        """Where replies wait for the script."""
        return self.folder / "out"

    @property
    def done(self) -> Path:
        """Where the script answers."""
        return self.folder / "done"

    @property
    def handed(self) -> Path:
        """Where every reply that was handed out leaves its mark."""
        return self.folder / "handed"

    def make(self) -> None:
        """Make the parts that are missing. Raises OSError."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        parts = (self.folder, self.incoming, self.taken, self.refused, self.outgoing, self.done, self.handed)
        for part in parts:
            part.mkdir(FOLDER_MODE, exist_ok=True)

    def lock(self) -> Lock:
        """Hold the right to read the folder until the lock is released or the process ends.

        Raises BlockingIOError while another reader holds it, OSError when the folder cannot be used.
        """
        lock = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise
        return Lock(lock)


@dataclass(slots=True)
class Lock:
    """The right to read a spool folder."""

    descriptor: int

    def release(self) -> None:
        """Let the next reader in."""
        os.close(self.descriptor)


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file for reading without following a link or waiting on a pipe. Raises NotPlain, OSError."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise NotPlain
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotPlain
    return os.fdopen(descriptor, "rb")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file and have it on disk when this returns. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def keep_names(folder: Path) -> None:
    """Have the names in a folder on disk when this returns. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def forget_older(folder: Path, before: int) -> None:
    """Remove plain files of a folder that were last changed before an instant (UTC milliseconds). Raises OSError."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime * 1000 < before:
                Path(entry.path).unlink(missing_ok=True)
