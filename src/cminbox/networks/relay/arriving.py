"""From files of messages to pages: claimed by a rename, numbered, kept until their cursor is surely stored.

The cursor says how far into which numbered file everything was given out. A claimed file beyond it is read again, so
that a crash between claiming and storing loses nothing; one before it is only kept for its retention.
"""

from __future__ import annotations

import heapq
import os
import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.contract import Page
from cminbox.network_kit.failures import CursorExpired
from cminbox.network_kit.interchange import LONGEST_LINE, BadLine, Deletion, Incoming, parse_spooled
from cminbox.networks.relay.spool import NotPlain, open_plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.domain.message import Message
    from cminbox.domain.saying import Saying
    from cminbox.networks.relay.spool import Spool

MOST_FILES = 1_000
"""How many files one fetch claims; the next fetch takes the others."""
MOST_LINES = 5_000
"""How many lines a page looks at, good or bad."""
MOST_SKIPPED = 20
"""How many bad lines of a page are told one by one."""
KEPT_MS = 7 * 24 * 3600 * 1000
"""How long a claimed file is kept after its cursor was stored, for a workspace that is restored from a copy."""
_PLACE = re.compile(r"(\d{1,18})\.(\d{1,18})\.(\d{1,18})", re.ASCII)
_NUMBERED = re.compile(r"(\d{10,18})-(.*)", re.ASCII | re.DOTALL)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Place:
    """How far everything was given out: up to a byte and a line of the file with that number."""

    file: int = 0
    offset: int = 0
    line: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> Place:
        """Return the place of a cursor, the very beginning for None. Raises CursorExpired."""
        if cursor is None:
            return cls()
        found = _PLACE.fullmatch(cursor)
        if found is None:
            raise CursorExpired(say("It is not known any more where reading the spool folder stopped"))
        return cls(*map(int, found.groups()))

    def __str__(self) -> str:
        """Return the cursor."""
        return f"{self.file}.{self.offset}.{self.line}"


def claim(spool: Spool, place: Place, now: int) -> list[Saying]:
    """Move every file of messages to the claimed ones, oldest first; return what was not taken. Raises OSError.

    `now` is UTC milliseconds and becomes the time from which a file's retention counts.
    """
    number = max([place.file, *(number for number, _ in _claimed(spool))])
    left: list[Saying] = []
    with os.scandir(spool.incoming) as entries:
        named = [entry for entry in entries if entry.name.endswith(".jsonl") and not entry.name.startswith(".")]
        oldest = heapq.nsmallest(MOST_FILES, ((_changed(entry), entry.name) for entry in named))
    for _, name in oldest:
        source = spool.incoming / name
        try:
            open_plain(source).close()
            target = spool.taken / f"{number + 1:010d}-{name[-_LONGEST_NAME:]}"
            source.rename(target)
            number += 1
            os.utime(target, (now / 1000, now / 1000))
        except NotPlain:
            source.rename(spool.refused / f"{now}-{name[-_LONGEST_NAME:]}")
            left.append(say("{file} is no plain file; it was put aside", file=_shown(name)))
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = safe(error.strerror or type(error).__name__)
            left.append(say("{file} cannot be taken ({reason})", file=_shown(name), reason=reason))
    return left


class Coming:
    """What stands in the claimed files after a place, page by page.

    From the very beginning, only files that were claimed after `since` (UTC milliseconds) count. `label` is the
    network that a line may name; `size` is how many messages a page holds.
    """

    def __init__(self, spool: Spool, place: Place, since: int, label: str, size: int) -> None:
        self._place = place
        self._label = label
        self._size = size
        self._files = deque(sorted(_claimed(spool)))
        while self._files and self._files[0][0] < place.file:
            self._files.popleft()
        while place.file == 0 and self._files and _claimed_at(self._files[0][1]) < since:
            self._files.popleft()

    def page(self) -> Page | None:
        """Return the next page, None at the end. No file stays open. Raises OSError."""
        page = _Building(self._place, self._size)
        while self._files and not page.full:
            number, path = self._files[0]
            start = self._place if number == self._place.file else Place(number)
            if not self._fill(page, path, start):
                self._files.popleft()
        self._place = page.place
        return None if page.empty else page.built()

    def _fill(self, page: _Building, path: Path, start: Place) -> bool:
        """Read lines into a page until it is full (True) or the file ends (False)."""
        try:
            with open_plain(path) as file:
                for line, after in _lines(file, start):
                    page.add(line, after, path.name.partition("-")[2], self._label)
                    if page.full:
                        return True
        except (NotPlain, FileNotFoundError):
            page.skipped.append(say("{file} can no longer be read", file=_shown(path.name)))
        return False


def forget_claimed(spool: Spool, place: Place, now: int) -> None:
    """Remove claimed files that the cursor covers and that are old. Raises OSError. `now` is UTC milliseconds."""
    for number, path in _claimed(spool):
        if number < place.file and _claimed_at(path) < now - KEPT_MS:
            path.unlink(missing_ok=True)


@dataclass(slots=True)
class _Building:
    """A page as it grows."""

    place: Place
    size: int
    messages: list[Message] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    skipped: list[Saying] = field(default_factory=list)
    bad: int = 0
    lines: int = 0

    @property
    def full(self) -> bool:
        return len(self.messages) + len(self.deleted) >= self.size or self.lines >= MOST_LINES

    @property
    def empty(self) -> bool:
        return not (self.lines or self.skipped)

    def add(self, line: bytes | None, after: Place, file: str, label: str) -> None:
        """Add a line; None is one that is too long."""
        self.place = after
        self.lines += 1
        if line is not None and not line.strip():
            return
        try:
            read = _read(line, label)
        except BadLine as bad:
            self.bad += 1
            if self.bad <= MOST_SKIPPED:
                why = say("{file}, line {number}: {reason}", file=_shown(file), number=after.line, reason=bad.saying)
                self.skipped.append(why)
            return
        if isinstance(read, Deletion):
            self.deleted.append(read.remote_id)
        else:
            self.messages.append(read.message)

    def built(self) -> Page:
        """Return the page, its messages oldest first."""
        if self.bad > MOST_SKIPPED:
            self.skipped.append(say("{count} more lines cannot be read", count=self.bad - MOST_SKIPPED))
        ordered = sorted(self.messages, key=lambda message: message.created_at)
        return Page(tuple(ordered), str(self.place), tuple(self.deleted), tuple(self.skipped))


def _read(line: bytes | None, label: str) -> Incoming | Deletion:
    read = parse_spooled(b" " * (LONGEST_LINE + 1) if line is None else line)
    if read.network not in {"", label}:
        raise BadLine(say("it belongs to {other}, not to {network}", other=read.network, network=label))
    return read


def _lines(file: BinaryIO, start: Place) -> Iterator[tuple[bytes | None, Place]]:
    """Yield each line, None for one that is too long, with the place after it."""
    file.seek(start.offset)
    number = start.line
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        whole = len(line) <= LONGEST_LINE or line.endswith(b"\n")
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        yield line if whole else None, Place(start.file, file.tell(), number)


def _claimed(spool: Spool) -> list[tuple[int, Path]]:
    with os.scandir(spool.taken) as entries:
        found = [(_NUMBERED.fullmatch(entry.name), entry.name) for entry in entries]
    return [(int(match[1]), spool.taken / name) for match, name in found if match is not None]


def _claimed_at(path: Path) -> float:
    try:
        return path.lstat().st_mtime * 1000
    except FileNotFoundError:
        return 0.0


def _changed(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mtime_ns
    except FileNotFoundError:
        return 0


def _shown(name: str) -> str:
    return safe(name, limit=_LONGEST_NAME)
