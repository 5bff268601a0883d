"""Small files that nobody else may read, written whole or not at all.

Every step goes through the opened folder, so that nobody can exchange a path between the look and the use.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.settings import modes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.domain.saying import Saying

LARGEST_FILE = 64 * 1024
_NEVER_FOLLOW = os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe that stands where a file should be must be refused, not waited for.
_NEVER_WAIT = os.O_NONBLOCK


class PrivateFolder:
    """A folder of mode 0700 and its files of mode 0600, all of the user who runs the program.

    A link, a wrong owner or a wrong mode is refused with the mend, never repaired in silence: somebody else may have
    read the file already.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, None when there is no such file. Raises Problem."""
        if not os.path.lexists(self.folder):
            return None
        with self._opened() as folder, self._explained(name):
            try:
                file = os.open(name, os.O_RDONLY | _NEVER_FOLLOW | _NEVER_WAIT, dir_fd=folder)
            except FileNotFoundError:
                return None
            with os.fdopen(file, "rb") as opened:
                self._check_file(name, os.fstat(opened.fileno()))
                return opened.read()

    def write(self, name: str, data: bytes) -> None:
        """Put `data` in the place of a file's content; on disk when this returns. One writer at a time, by a lock.

        Raises Problem; then the old content is whole and in its place.
        """
        self._make()
        fresh = f".{name}.new"
        with self._opened() as folder, self._explained(name):
            self._check_replaced(name, folder)
            with contextlib.suppress(FileNotFoundError):
                # What a process that died while writing has left.
                os.unlink(fresh, dir_fd=folder)
            try:
                with os.fdopen(_create(fresh, folder), "wb") as opened:
                    opened.write(data)
                    opened.flush()
                    os.fsync(opened.fileno())
                os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(fresh, dir_fd=folder)
                raise
            os.fsync(folder)

    def remove(self, name: str) -> None:
        """Remove a file; one that is not there is fine. Raises Problem."""
        if not os.path.lexists(self.folder):
            return
        with self._opened() as folder, self._explained(name), contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)

    def names(self) -> list[str]:
        """Return the names of the files, without those that are just being written. Raises Problem."""
        if not os.path.lexists(self.folder):
            return []
        with self._opened() as folder:
            found = os.listdir(folder)  # noqa: PTH208 - what was opened, whatever the path means by now
            return sorted(name for name in found if not name.startswith("."))

    def open_for_locking(self, name: str) -> int:
        """Return a descriptor of a file, made when missing, whose only use is to be locked. Raises Problem."""
        self._make()
        with self._opened() as folder, self._explained(name):
            file = os.open(name, os.O_RDWR | os.O_CREAT | _NEVER_FOLLOW | _NEVER_WAIT, modes.FILE, dir_fd=folder)
            try:
                self._check_file(name, os.fstat(file))
            except BaseException:
                os.close(file)
                raise
            return file

    def _make(self) -> None:
        try:
            modes.make_folder(self.folder)
        except OSError as error:
            raise Problem(_unusable(str(self.folder), error)) from None

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        path = str(self.folder)
        if self.folder.is_symlink():
            raise Problem(_behind_a_link(path))
        try:
            folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | _NEVER_FOLLOW)
        except OSError as error:
            raise Problem(_unusable(path, error)) from None
        try:
            _check(path, os.fstat(folder), "700")
            yield folder
        finally:
            os.close(folder)

    @contextlib.contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        path = str(self.folder / name)
        try:
            yield
        except OSError as error:
            if self.folder.joinpath(name).is_symlink():
                raise Problem(_behind_a_link(path)) from None
            raise Problem(_unusable(path, error)) from None

    def _check_replaced(self, name: str, folder: int) -> None:
        """Refuse to write where a link, another's file or anything but a file stands."""
        with contextlib.suppress(FileNotFoundError):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISLNK(found.st_mode):
                raise Problem(_behind_a_link(str(self.folder / name)))
            self._check_file(name, found)

    def _check_file(self, name: str, found: os.stat_result) -> None:
        path = str(self.folder / name)
        if not stat.S_ISREG(found.st_mode):
            raise Problem(say("{path}: this is not a file; remove it", path=safe(path)))
        if found.st_size > LARGEST_FILE:
            raise Problem(say("{path}: this is too large for a file of secrets; restore or remove it", path=safe(path)))
        _check(path, found, "600")


def _check(path: str, found: os.stat_result, wanted: str) -> None:
    if found.st_uid != os.geteuid():
        raise Problem(
            say("{path}: this belongs to another user; run cminbox as that user, or change its owner", path=safe(path))
        )
    if stat.S_IMODE(found.st_mode) & modes.OTHERS:
        raise Problem(say("{path}: other users may read this; run: chmod {mode} {path}", path=safe(path), mode=wanted))


def _create(name: str, folder: int) -> int:
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NEVER_FOLLOW, modes.FILE, dir_fd=folder)
    # The umask may have taken away what the owner needs.
    os.fchmod(file, modes.FILE)
    return file


def _behind_a_link(path: str) -> Saying:
    return say(
        "{path}: this is a link, and secrets are not kept behind links; put the thing itself here", path=safe(path)
    )


def _unusable(path: str, error: OSError) -> Saying:
    return say("{path}: this cannot be used ({reason})", path=safe(path), reason=error.strerror or type(error).__name__)
