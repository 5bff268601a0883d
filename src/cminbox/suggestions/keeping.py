"""Writing new files of the library: whole or not at all, never over one that is there."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.suggestions.library import SUFFIX
from cminbox.suggestions.reply_text import reply_text

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from cminbox.domain.canned import CannedReply

_LONGEST_STEM = 48
_OWNER_FILE, _OWNER_FOLDER = 0o600, 0o700
_GROUP_FILE, _GROUP_FOLDER = 0o060, 0o2070
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_STEM = re.compile(r"[\w][\w.-]*")


def stem_for(title: str, taken: Container[str] = ()) -> str:
    """Return a name for the file of a reply, made of its title, that is not taken."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    words = re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))
    stem = ""
    for word in words:
        if stem and len(stem) + 1 + len(word) > _LONGEST_STEM:
            break
        stem = f"{stem}-{word}" if stem else word[:_LONGEST_STEM]
    stem = stem or "reply"
    number = 2
    found = stem
    while found in taken:
        found = f"{stem}-{number}"
        number += 1
    return found


def check_stem(stem: str) -> None:
    """Raise Problem unless a file can be called so."""
    if not _STEM.fullmatch(stem) or len(stem) > 2 * _LONGEST_STEM:
        raise Problem(
            say(
                "“{name}” cannot name a canned reply; use letters, digits and hyphens, such as refund-delay",
                name=safe(stem, limit=_LONGEST_STEM),
            )
        )


def file_of(reply: CannedReply, root: Path) -> Path:
    """Return where a reply lies below the folder `root`: in the folder of its language."""
    return (root / reply.lang if reply.lang else root) / f"{reply.id}{SUFFIX}"


def keep(reply: CannedReply, root: Path, rights: Path) -> Path:
    """Write a reply below the folder `root`, in the folder of its language, and return its file.

    A group that may use the folder `rights` may use the file as well. Raises Problem when there is such a file.
    """
    check_stem(reply.id)
    shared = _mode(rights)
    file = file_of(reply, root)
    try:
        _make_folder(file.parent, _OWNER_FOLDER | shared & _GROUP_FOLDER)
        _write(file, reply_text(reply).encode(), _OWNER_FILE | shared & _GROUP_FILE)
    except FileExistsError:
        raise Problem(
            say("{file} is there already; choose another name, or edit that file", file=safe(str(file)))
        ) from None
    except OSError as error:
        reason = safe(error.strerror or type(error).__name__)
        raise Problem(say("{file} cannot be written ({reason})", file=safe(str(file)), reason=reason)) from None
    return file


def _mode(folder: Path) -> int:
    try:
        return folder.stat().st_mode
    except OSError:
        return 0


def _make_folder(folder: Path, mode: int) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent, mode)
    folder.mkdir(exist_ok=True)
    folder.chmod(mode)


def _write(file: Path, data: bytes, mode: int) -> None:
    """Put a new file in its place, on disk when this returns. Raises FileExistsError."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    with suppress(FileNotFoundError):
        # What a process of this number that died while writing has left.
        fresh.unlink()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            os.fchmod(descriptor, mode)
            opened.write(data)
            opened.flush()
            os.fsync(descriptor)
        _place(fresh, file)
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()


def _place(fresh: Path, file: Path) -> None:
    """Give a file its name unless another one has it."""
    try:
        os.link(fresh, file)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without links: between the look and the move a file of the same name could be lost.
        if os.path.lexists(file):
            raise FileExistsError from None
        fresh.rename(file)
