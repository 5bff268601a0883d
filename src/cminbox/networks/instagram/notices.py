"""Notices of mentions, as a web server of the brand's got them from Meta and wrote them into a folder.

Instagram lists nowhere who names the account elsewhere. It tells a web server, with ids and without words; whoever runs
one checks Meta's signature and writes each body into a file, which appears whole, by a rename:

in/*.json          one body of Meta's webhook each
taken/             files that were claimed, numbered in the order in which they were; a crash loses nothing
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Refused

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying

MOST_FILES = 200
"""How many files one fetch claims; the next fetch takes the others."""
KEPT_MS = 7 * 24 * 3600 * 1000
"""How long a claimed file is kept after its place was stored, for a workspace that is restored from a copy."""
LARGEST = 1024 * 1024
_NUMBERED = re.compile(r"(\d{10,18})-(.*)", re.ASCII | re.DOTALL)
_ID = re.compile(r"[0-9]{1,40}", re.ASCII)
_LONGEST_NAME = 100
_FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Notice:
    """A mention that happened: in the caption of a post, or in a comment under it."""

    media: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one claimed file holds; `problem` says why nothing could be read."""

    number: int
    notices: tuple[Notice, ...] = ()
    problem: Saying | None = field(default=None)


class NoticeFolder:
    """The folder of one account. All methods wait for the disk. Raises Refused when it cannot be used."""

    def __init__(self, folder: str) -> None:
        self._incoming = Path(folder) / "in"
        self._taken = Path(folder) / "taken"

    def deliveries(self, place: int, since: int, accounts: frozenset[str], now: int) -> list[Delivery]:
        """Claim what has come, and return what stands behind a place, in order; times are UTC milliseconds.

        From the very beginning (place 0) only files that were claimed after `since` count. `accounts` are the ids of
        ours that a notice may be for.
        """
        try:
            for folder in (self._incoming, self._taken):
                folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
            self._claim(place, now)
            claimed = sorted(self._claimed())
            for number, path in claimed:
                if number <= place and _changed(path) < now - KEPT_MS:
                    path.unlink(missing_ok=True)
            behind = [(number, path) for number, path in claimed if number > place]
            return [_read(number, path, accounts) for number, path in behind if place > 0 or _changed(path) >= since]
        except OSError as error:
            reason = safe(error.strerror or type(error).__name__)
            raise Refused(say("The folder of mentions cannot be used ({reason})", reason=reason)) from None

    def _claim(self, place: int, now: int) -> None:
        number = max([place, *(number for number, _path in self._claimed())])
        with os.scandir(self._incoming) as entries:
            named = [entry.name for entry in entries if entry.name.endswith(".json") and not entry.name.startswith(".")]
        waiting = sorted((_changed(self._incoming / name), name) for name in named)
        for _at, name in waiting[:MOST_FILES]:
            number += 1
            target = self._taken / f"{number:010d}-{name[-_LONGEST_NAME:]}"
            (self._incoming / name).rename(target)
            os.utime(target, (now / 1000, now / 1000), follow_symlinks=False)

    def _claimed(self) -> list[tuple[int, Path]]:
        with os.scandir(self._taken) as entries:
            found = [(_NUMBERED.fullmatch(entry.name), entry.name) for entry in entries]
        return [(int(match[1]), self._taken / name) for match, name in found if match is not None]


def _read(number: int, path: Path, accounts: frozenset[str]) -> Delivery:
    try:
        body = json.loads(_content(path))
        return Delivery(number, tuple(_notices(body, accounts)))
    except (ValueError, RecursionError, OSError, TypeError, AttributeError, LookupError):
        said = say("{file} is no notice of a mention", file=safe(path.name.partition("-")[2], limit=_LONGEST_NAME))
        return Delivery(number, problem=said)


def _content(path: Path) -> bytes:
    """Return a plain file's content. Raises ValueError for anything else, or for one that is too large, OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("no plain file")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError("too large")
    return content


def _notices(body: Any, accounts: frozenset[str]) -> list[Notice]:  # noqa: ANN401 - foreign JSON
    """Return the mentions that a body tells of; other events and other accounts are passed over."""
    found: list[Notice] = []
    for entry in body["entry"]:
        if str(entry.get("id")) not in accounts:
            continue
        for change in entry.get("changes") or ():
            if change.get("field") != "mentions":
                continue
            value = change["value"]
            media, comment = str(value["media_id"]), value.get("comment_id")
            if not _ID.fullmatch(media) or (comment is not None and not _ID.fullmatch(str(comment))):
                raise ValueError("no id")
            found.append(Notice(media, None if comment is None else str(comment)))
    return found


def _changed(path: Path) -> float:
    try:
        return path.lstat().st_mtime * 1000
    except FileNotFoundError:
        return 0.0
