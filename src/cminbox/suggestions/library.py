"""The library of canned replies: text files of the agent, the workspace and the program, read into one.

One file that is wrong never keeps another from being used: it is left out and named. A later look costs one `stat` per
file, and files that did not change are not read again.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.canned import CannedReply, Fault, FaultKind
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.suggestions.entries import Entry
from cminbox.suggestions.reply_file import LARGEST, Found, Place, read_file
from cminbox.suggestions.reply_head import LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.domain.canned import Source
    from cminbox.domain.saying import Saying

SUFFIX = ".md"
MOST_FILES = 20_000
_NEVER_FOLLOW = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""Neither a link nor a pipe is waited for or followed."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where replies of one source lie; below it, a folder whose name is a language code stands for that language."""

    path: Path
    source: Source


Stamp = tuple[int, int, int, int]
"""What tells that a file changed: device, inode, size, time of change in nanoseconds."""
_GONE: Stamp = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Read:
    stamp: Stamp
    found: Found


@dataclass(frozen=True, slots=True)
class Library:
    """Every reply that can be used, in the order of their keys, and every fault, in the order of the files."""

    replies: tuple[CannedReply, ...] = ()
    faults: tuple[Fault, ...] = ()
    folders: tuple[Folder, ...] = ()
    files: Mapping[str, _Read] = field(default_factory=dict, repr=False)

    def get(self, key: str) -> CannedReply | None:
        """Return the reply of a key, None when there is none."""
        return next((reply for reply in self.replies if reply.key == key), None)

    def stale(self) -> bool:
        """Whether a file was added, changed or taken away since. Costs one `stat` per file."""
        now = {path: stamp for _folder, path, stamp in islice(_files(self.folders), MOST_FILES)}
        return now != {path: read.stamp for path, read in self.files.items()}


def read(folders: Sequence[Folder], earlier: Library | None = None) -> Library:
    """Read the library out of folders, the strongest first; one that does not exist is empty.

    Of replies with the same stem and language the one of the strongest folder is used. What `earlier` has read and did
    not change is not read again.
    """
    known = earlier.files if earlier is not None else {}
    files: dict[str, _Read] = {}
    replies: dict[str, CannedReply] = {}
    faults: list[Fault] = []
    for folder, path, stamp in _files(folders):
        if path in files:
            # Two of the folders are the same one: the stronger has read it.
            continue
        if len(files) >= MOST_FILES:
            faults.append(_too_many(folder.path))
            break
        before = known.get(path)
        if before is None or before.stamp != stamp:
            before = _Read(stamp, _read(Path(path), folder))
        files[path] = before
        found = before.found
        faults += found.faults
        if found.reply is None:
            continue
        other = replies.setdefault(found.reply.key, found.reply)
        if other is not found.reply and other.source is found.reply.source:
            faults.append(_twice(found.reply, other))
    ordered = tuple(replies[key] for key in sorted(replies))
    return Library(ordered, tuple(faults), tuple(folders), files)


def entries(replies: Sequence[CannedReply]) -> list[Entry]:
    """Return what the engine learns from replies; it calls each by its key."""
    return [
        Entry(
            id=reply.key,
            title=reply.title,
            shortcut=reply.shortcut,
            tags=reply.tags,
            body=reply.body,
            lang=reply.lang,
            examples=reply.examples,
        )
        for reply in replies
    ]


def _files(folders: Sequence[Folder]) -> Iterator[tuple[Folder, str, Stamp]]:
    """Yield every file of replies, folder by folder, in the order of their paths."""
    for folder in folders:
        for path, stamp in _below(str(folder.path)):
            yield folder, path, stamp


def _below(place: str) -> Iterator[tuple[str, Stamp]]:
    """Yield the files in a folder, then those in its folders; what cannot be entered stands for its files."""
    try:
        with os.scandir(place) as found:
            seen = sorted((one for one in found if not one.name.startswith(".")), key=lambda one: one.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        yield place, _GONE
        return
    inner: list[str] = []
    for one in seen:
        if one.is_dir(follow_symlinks=False):
            inner.append(one.path)
        elif one.is_dir() or (one.name.endswith(SUFFIX) and one.name.lower() != "readme.md"):
            yield one.path, _stamp(one)
    for path in inner:
        yield from _below(path)


def _stamp(entry: os.DirEntry[str]) -> Stamp:
    try:
        found = entry.stat()
    except OSError:
        # A link to nowhere, or gone since the look.
        return _GONE
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _read(file: Path, folder: Folder) -> Found:
    try:
        target = _inside(file, folder.path)
        if target is None:
            return _fault(
                file,
                FaultKind.LINK_OUT,
                say("it is a link that leads out of the folder, or to a folder"),
                say("put the file itself here"),
            )
        data = _content(target)
    except OSError as error:
        reason = safe(error.strerror or type(error).__name__)
        return _fault(
            file,
            FaultKind.UNREADABLE,
            say("it cannot be read ({reason})", reason=reason),
            say("look at its owner and mode, or take it away"),
        )
    if len(data) > LARGEST:
        return _fault(
            file,
            FaultKind.TOO_LARGE,
            say("it is larger than {kilobytes} kB", kilobytes=LARGEST // 1024),
            say("keep the text and the best examples, or take it away"),
        )
    return read_file(data, Place(file, folder.source, _folder_lang(file, folder.path)))


def _inside(file: Path, root: Path) -> Path | None:
    """Return what to open for a file: itself, or what a link within the folder leads to; None for any other link."""
    if not file.is_symlink():
        return file
    target = file.resolve(strict=True)
    return target if target.is_relative_to(root.resolve()) and not target.is_dir() else None


def _content(file: Path) -> bytes:
    """Return at most one byte more than a reply may have. Raises OSError."""
    descriptor = os.open(file, os.O_RDONLY | _NEVER_FOLLOW)
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return opened.read(LARGEST + 1)


def _folder_lang(file: Path, root: Path) -> str | None:
    first = next(iter(file.relative_to(root).parts), file.name)
    return first.lower() if first != file.name and LANGUAGE.fullmatch(first) and len(first) <= _CODE else None


_CODE = 3
"""Letters of the longest language code."""


def _fault(file: Path, kind: FaultKind, sentence: Saying, mend: Saying) -> Found:
    return Found(None, (Fault(kind, file, None, sentence, mend),))


def _twice(reply: CannedReply, other: CannedReply) -> Fault:
    return Fault(
        FaultKind.TWICE,
        reply.file,
        None,
        say("{file} has the same name and language", file=safe(str(other.file))),
        say("rename one of them"),
    )


def _too_many(folder: Path) -> Fault:
    return Fault(
        FaultKind.TOO_MANY,
        folder,
        None,
        say("there are more than {most} files", most=MOST_FILES),
        say("keep replies that are used; the others were not read"),
    )
