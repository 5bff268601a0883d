"""Copies of the database, and what is wrong with it."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, StoreProblem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.store.explained import explained
from cminbox.store.restoring import stamp

if TYPE_CHECKING:
    from pathlib import Path

    from cminbox.store.database import Database

SQLITE_VERSION = sqlite3.sqlite_version
_MOST_FINDINGS = 20
_MODE = 0o600
_MOMENT = 0.1


def back_up(database: Database, target: Path, *, replace: bool = False) -> int:
    """Copy the database as it is now to `target`, checked and readable by its owner alone; return its size in bytes.

    Others may go on reading and writing meanwhile. An existing file stays unless `replace`. Raises Problem; then
    there is no half copy under the name.
    """
    return copy_to(database.read(), database.path, target, replace=replace)


def copy_to(source: sqlite3.Connection, path: Path, target: Path, *, replace: bool = False) -> int:
    """Do what `back_up` says with a connection of the caller's to the database at `path`. Raises Problem."""
    if target.exists() and not replace:
        raise Problem(say("{file} is there already; choose another name or say --force", file=safe(str(target))))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE))
        _copy(source, path, part)
        _sync(part)
        if replace:
            part.replace(target)
        else:
            os.link(part, target)
        _sync(target.parent)
    except FileExistsError:
        raise Problem(
            say("{file} is there already; choose another name or say --force", file=safe(str(target)))
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(say("{file} cannot be written ({reason})", file=safe(str(target)), reason=reason)) from None
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source: sqlite3.Connection, path: Path, part: Path) -> None:
    with explained(part):
        copy = sqlite3.connect(part, isolation_level=None)
        try:
            source.backup(copy)
            # One file without a journal beside it is what people move around.
            copy.execute("PRAGMA journal_mode = DELETE")
            found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
            if not found:
                stamp(copy)
        finally:
            copy.close()
    if found:
        raise StoreProblem(
            say("{file} is damaged ({what}); no backup was made", file=safe(str(path)), what=safe(found[0]))
        )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def damage(database: Database) -> list[str]:
    """Return what is wrong inside the database, in SQLite's own words; empty when nothing is. Reads all of it."""
    connection = database.read()
    rows = connection.execute(f"PRAGMA integrity_check({_MOST_FINDINGS})").fetchall()
    found = [str(row[0]) for row in rows if row[0] != "ok"]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FINDINGS)
    found += [f"{table} {rowid} names a row of {parent} that is not there" for table, rowid, parent, _ in orphans]
    return found or _index_damage(database)


def _index_damage(database: Database) -> list[str]:
    """Return what is wrong with the full-text index, which is checked by a statement that looks like a write."""

    def work(connection: sqlite3.Connection) -> list[str]:
        try:
            connection.execute("INSERT INTO messages_text (messages_text, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            return [f"full-text index: {error}"]
        return []

    return database.write(work)


def shrink_journal(path: Path, limit: int) -> bool:
    """Write the journal of the database at `path` into it once it is larger than `limit` bytes, and empty it.

    Returns False when somebody reads an older state just now: nobody is kept waiting for more than a moment, so it
    is to be tried again. Raises StoreProblem.
    """
    journal = path.with_name(f"{path.name}-wal")
    try:
        size = journal.stat().st_size
    except FileNotFoundError:
        return True
    if size <= limit:
        return True
    with explained(path):
        connection = sqlite3.connect(path, timeout=_MOMENT, isolation_level=None)
        try:
            busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
    return not busy
