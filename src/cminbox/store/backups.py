"""The backups that are made by themselves: which there are, which are kept, and one before every upgrade."""

from __future__ import annotations

import re
import shutil
import stat
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.store.living import is_alive
from cminbox.store.upkeep import copy_to

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

FOLDER_MODE = 0o700
_SHARED_FOLDER, _SHARED_FILE = 0o2770, 0o660
UPGRADES_KEPT = 3
_NAME = re.compile(r"inbox-(\d{8}T\d{6}Z)(-before-schema-\d+)?\.sqlite3")
_TIME = "%Y%m%dT%H%M%SZ"
_ROOM = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup. `at` is UTC milliseconds; `upgrade` says that it was made before an upgrade."""

    path: Path
    at: int
    upgrade: bool


def backups_in(folder: Path) -> list[Backup]:
    """Return the backups in a folder that were made by themselves, newest first."""
    found = [(file, _NAME.fullmatch(file.name)) for file in folder.glob("inbox-*.sqlite3")]
    made = [
        Backup(file, round(datetime.strptime(name[1], _TIME).replace(tzinfo=UTC).timestamp() * 1000), bool(name[2]))
        for file, name in found
        if name is not None
    ]
    return sorted(made, key=lambda one: (one.at, one.path.name), reverse=True)


def folder_of(database: Path) -> Path:
    """Return where the backups of a database lie."""
    return database.with_name("backups")


def make(source: sqlite3.Connection, database: Path, now: int, *, before_schema: int | None = None) -> Backup:
    """Make a checked backup of the database at a path, through a connection to it. Raises Problem.

    Nothing is begun that would fill the disk: what the inbox itself has to write comes first. `now` is UTC
    milliseconds.
    """
    folder = folder_of(database)
    try:
        _make_folder(folder)
        room, needed = shutil.disk_usage(folder).free, 2 * database.stat().st_size + _ROOM
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(say("{file} cannot be written ({reason})", file=safe(str(folder)), reason=reason)) from None
    if room < needed:
        raise Problem(
            say(
                "No backup was made: the disk of {folder} has {room} MB left and {needed} MB are needed",
                folder=safe(str(folder)),
                room=room >> 20,
                needed=needed >> 20,
            )
        )
    stamp = datetime.fromtimestamp(now // 1000, UTC).strftime(_TIME)
    schema = "" if before_schema is None else f"-before-schema-{before_schema}"
    path = folder / f"inbox-{stamp}{schema}.sqlite3"
    _clear_leftovers(folder)
    copy_to(source, database, path, replace=True)
    # Whoever may read the inbox may read its copy: a group that shares one, nobody else.
    path.chmod(stat.S_IMODE(database.stat().st_mode) & _SHARED_FILE)
    return Backup(path, now, before_schema is not None)


def before_upgrade(source: sqlite3.Connection, database: Path, schema: int) -> None:
    """Make a backup of a database that is about to be brought to a schema. Raises Problem: then it is left as it is."""
    now = time.time_ns() // 1_000_000
    backup = make(source, database, now, before_schema=schema)
    drop(surplus([one for one in backups_in(backup.path.parent) if one.upgrade], daily=0, weekly=0))


def surplus(backups: Iterable[Backup], *, daily: int, weekly: int) -> list[Backup]:
    """Return which of some backups, newest first, are no longer kept.

    Kept are the newest of each of `daily` days, then the newest of each of `weekly` weeks before those, and the
    newest few that were made before an upgrade.
    """
    gone: list[Backup] = []
    days: list[str] = []
    weeks: list[tuple[int, int]] = []
    represented: set[tuple[int, int]] = set()
    upgrades = 0
    for one in backups:
        moment = datetime.fromtimestamp(one.at / 1000, UTC)
        day, week = moment.date().isoformat(), moment.isocalendar()[:2]
        if one.upgrade:
            upgrades += 1
            if upgrades > UPGRADES_KEPT:
                gone.append(one)
        elif day not in days and len(days) < daily:
            days.append(day)
            represented.add(week)
        elif week not in represented and len(weeks) < weekly:
            weeks.append(week)
            represented.add(week)
        else:
            gone.append(one)
    return gone


def drop(backups: Iterable[Backup]) -> None:
    """Remove backups; one that is gone already is fine."""
    for one in backups:
        one.path.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """Make the folder for those who share the workspace; it takes the group of the folder that it lies in."""
    if not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE)
        folder.chmod(FOLDER_MODE | stat.S_IMODE(folder.parent.stat().st_mode) & _SHARED_FOLDER)


def _clear_leftovers(folder: Path) -> None:
    """Remove the halves that were left by processes which died while making a backup."""
    for part in folder.glob(".inbox-*.part"):
        pid = part.name.split(".")[-2]
        if pid.isdigit() and not is_alive(int(pid)):
            part.unlink(missing_ok=True)
