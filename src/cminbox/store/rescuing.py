"""A damaged database is kept aside, and what can be read of it goes into a new one: nothing is thrown away."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, StoreProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.store import restoring
from cminbox.store.backups import backups_in, folder_of
from cminbox.store.database import Database, alone
from cminbox.store.lifetime import journal, mark
from cminbox.store.reshaping import reshape
from cminbox.store.salvage import Salvaged, salvage

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODE = 0o600
_PROCESSES = Path("/proc")


@dataclass(frozen=True, slots=True)
class Rescued:
    """What became of a damaged database: where it was kept, the backup that was filled up, and what was read of it.

    `rows` are counts by table; `texts` is a file with words that have lost their conversation, None when there are
    none; `doubtful` counts the replies that were on their way.
    """

    aside: Path
    backup: Path | None
    rows: Mapping[str, int]
    whole: bool
    texts: Path | None
    doubtful: int


def rescue(path: Path, now: int) -> Rescued:
    """Put the newest sound backup, filled up with what can be read of the damaged file, in its place.

    The damaged file is kept aside with its journal. Raises Problem while another process has it open, or when there is
    no room; then everything is as it was. `now` is UTC milliseconds.
    """
    others = open_elsewhere(path)
    if others:
        processes = ", ".join(map(str, others))
        raise Problem(say("{file} is open in process {processes}; end it first", file=_name(path), processes=processes))
    work = path.with_name(f".rescue-{os.getpid()}")
    try:
        with alone(path):
            work.mkdir(mode=0o700)
            return _rescue(path, work, datetime.fromtimestamp(now // 1000, UTC).strftime("%Y%m%dT%H%M%SZ"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(say("{file} cannot be rescued ({reason})", file=_name(path), reason=reason)) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _rescue(path: Path, work: Path, stamp: str) -> Rescued:
    damaged, new = work / "damaged.sqlite3", work / path.name
    shutil.copy2(path, damaged)
    with suppress(FileNotFoundError):
        shutil.copy2(journal(path), journal(damaged))
    reshape(damaged, journalled=journal(damaged).exists())
    backup = _lay_ground(path, new)
    database = Database(new)
    try:
        salvaged: Salvaged = database.write(lambda connection: salvage(damaged, connection))
        doubtful = database.apart(lambda connection: restoring.doubt_everything(connection, restoring.RESCUED))
    finally:
        database.close()
    texts = _write_texts(path.with_name(f"rescued-texts-{stamp}.jsonl"), salvaged)
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    os.link(path, aside)
    for of in (journal, _shared):
        with suppress(FileNotFoundError):
            of(path).rename(of(aside))
    _take_rights(path, new)
    new.replace(path)
    mark(path).unlink(missing_ok=True)
    return Rescued(aside, backup, dict(salvaged.rows), salvaged.whole, texts, len(doubtful))


def _lay_ground(path: Path, new: Path) -> Path | None:
    """Copy the newest backup that can be worked with to where the new database is made; None when there is none."""
    for one in backups_in(folder_of(path)):
        shutil.copyfile(one.path, new)
        new.chmod(_MODE)
        if _sound(new) and _opens(new):
            return one.path
        for left in (new, journal(new), _shared(new)):
            left.unlink(missing_ok=True)
    return None


def _opens(file: Path) -> bool:
    """Whether a copy is of a schema that can be worked with; it is of the newest one then."""
    try:
        Database(file).close()
    except StoreProblem:
        return False
    return True


def _take_rights(old: Path, new: Path) -> None:
    """Give the new file the group and the mode of the old one, so that a group that shares it goes on sharing it."""
    rights = old.stat()
    with suppress(OSError):
        os.chown(new, -1, rights.st_gid)
    new.chmod(stat.S_IMODE(rights.st_mode))


def _sound(file: Path) -> bool:
    connection = sqlite3.connect(file)
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return bool(found == ("ok",))


def _write_texts(file: Path, salvaged: Salvaged) -> Path | None:
    if not salvaged.homeless:
        return None
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as out:
        for one in salvaged.homeless:
            out.write(json.dumps(one, ensure_ascii=False, default=str) + "\n")
    return file


def open_elsewhere(path: Path, processes: Path = _PROCESSES) -> list[int]:
    """Return the processes, other than this one, that have a file open, as far as the system shows them."""
    try:
        wanted = path.stat()
    except OSError:
        return []
    found = set()
    for descriptor in processes.glob("[0-9]*/fd/*"):
        with suppress(OSError):
            opened = descriptor.stat()
            if (opened.st_dev, opened.st_ino) == (wanted.st_dev, wanted.st_ino):
                found.add(int(descriptor.parts[-3]))
    return sorted(found - {os.getpid()})


def _shared(path: Path) -> Path:
    return path.with_name(f"{path.name}-shm")


def _name(path: Path) -> str:
    return safe(str(path))
