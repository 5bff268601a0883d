"""The backups that are made by themselves: their names, which are kept, and one before every upgrade."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rehearsal.people import DAY, NOW, wrote
from sqlite_utils import Database as Wrapped

from cminbox.domain.problem import Problem
from cminbox.store import backups, migrations
from cminbox.store.backups import Backup, backups_in, surplus
from cminbox.store.database import Database
from cminbox.store.schema import LATEST

if TYPE_CHECKING:
    from rehearsal.stage import Stage

FIRST_MOMENT = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Space(NamedTuple):
    """What `shutil.disk_usage` answers."""

    total: int
    used: int
    free: int


def made(days: float, *, upgrade: bool = False) -> Backup:
    at = FIRST_MOMENT + timedelta(days=days)
    return Backup(Path(f"{at:%Y%m%dT%H%M%S}"), round(at.timestamp() * 1000), upgrade)


def kept(all_made: list[Backup], *, daily: int = 7, weekly: int = 4) -> list[Backup]:
    newest_first = sorted(all_made, key=lambda one: one.at, reverse=True)
    gone = surplus(newest_first, daily=daily, weekly=weekly)
    return [one for one in newest_first if one not in gone]


def make(stage: Stage, at: int = NOW) -> Backup:
    database = stage.workspace.database
    return backups.make(database.read(), database.path, at)


def test_a_backup_is_private_checked_and_found_again(stage: Stage) -> None:
    stage.take(stage.connect(), wrote("a"))
    one = make(stage)
    folder = one.path.parent
    assert (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(one.path.stat().st_mode)) == (0o700, 0o600)
    assert folder == stage.folder / "backups"
    assert one.path.name == "inbox-20260921T141320Z.sqlite3"
    assert backups_in(folder) == [Backup(one.path, NOW, upgrade=False)]
    copy = sqlite3.connect(one.path)
    assert copy.execute("SELECT text FROM messages").fetchall() == [("text of a",)]
    assert [file.name for file in folder.iterdir()] == [one.path.name]
    copy.close()


def test_the_newest_comes_first_and_other_files_are_left_alone(stage: Stage) -> None:
    first, second = make(stage), make(stage, NOW + DAY)
    folder = first.path.parent
    for name in ("inbox-mine.sqlite3", "notes.txt", "inbox-20260921T141320Z.sqlite3.gz"):
        (folder / name).touch()
    assert [one.path for one in backups_in(folder)] == [second.path, first.path]


def test_a_disk_that_is_nearly_full_is_left_to_the_inbox(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Space(1, 1, 10 * 1024 * 1024))
    with pytest.raises(Problem, match="10 MB left"):
        make(stage)
    assert backups_in(stage.folder / "backups") == []


def test_a_file_in_the_place_of_the_folder_is_a_sentence(stage: Stage) -> None:
    (stage.folder / "backups").touch()
    with pytest.raises(Problem, match="cannot be written"):
        make(stage)


def test_the_halves_of_dead_processes_are_removed_and_those_of_living_ones_stay(stage: Stage) -> None:
    folder = stage.folder / "backups"
    folder.mkdir()
    dead = folder / ".inbox-20260921T141320Z.sqlite3.999999999.part"
    living = folder / f".inbox-20260921T141321Z.sqlite3.{os.getpid()}.part"
    dead.touch()
    living.touch()
    make(stage)
    assert (dead.exists(), living.exists()) == (False, True)


def test_a_week_of_days_and_a_month_of_weeks_are_kept() -> None:
    months = [made(day) for day in range(90)]
    found = kept(months)
    assert found[:7] == months[:-8:-1]
    weeks = [datetime.fromtimestamp(one.at / 1000, UTC).isocalendar()[:2] for one in found[7:]]
    assert len(found) == 11
    assert len(set(weeks)) == 4
    assert found[-1].at >= months[-1].at - 6 * 7 * DAY


def test_of_one_day_only_the_newest_is_kept() -> None:
    morning, noon, evening = made(0.0), made(0.1), made(0.2)
    assert kept([morning, noon, evening]) == [evening]


def test_what_was_made_before_upgrades_is_counted_for_itself() -> None:
    upgrades = [made(day, upgrade=True) for day in range(10)]
    assert kept([*upgrades, made(3.5)]) == [*upgrades[:-4:-1], made(3.5)]


@given(st.lists(st.integers(0, 400), unique=True, max_size=80), st.integers(0, 9), st.integers(0, 9))
def test_never_more_is_kept_than_asked_and_the_newest_always(days: list[int], daily: int, weekly: int) -> None:
    found = kept([made(day) for day in days], daily=daily, weekly=weekly)
    assert len(found) <= daily + weekly
    if days and daily + weekly:
        assert found[0] == made(max(days))
    assert kept(found, daily=daily, weekly=weekly) == found


def earlier(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    migrations.steps.apply(Wrapped(connection), stop_before=f"{LATEST:04}")
    connection.execute("INSERT INTO accounts (id, network, name) VALUES (1, 'n', 'brand')")
    connection.close()


def test_a_backup_is_made_before_an_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "inbox.sqlite3"
    earlier(path)
    Database(path).close()
    (one,) = backups_in(tmp_path / "backups")
    assert one.upgrade
    assert one.path.name.endswith(f"-before-schema-{LATEST}.sqlite3")
    copy = sqlite3.connect(one.path)
    assert copy.execute("PRAGMA user_version").fetchone() == (LATEST - 1,)
    assert copy.execute("SELECT name FROM accounts").fetchall() == [("brand",)]
    copy.close()


def test_without_room_for_that_backup_nothing_is_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "inbox.sqlite3"
    earlier(path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Space(1, 1, 0))
    with pytest.raises(Problem, match="No backup was made"):
        Database(path)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (LATEST - 1,)
    connection.close()


def test_a_new_inbox_needs_no_backup(tmp_path: Path) -> None:
    Database(tmp_path / "inbox.sqlite3").close()
    assert not (tmp_path / "backups").exists()


def test_a_group_that_shares_the_inbox_shares_its_backups(stage: Stage) -> None:
    stage.folder.chmod(0o2770)
    stage.workspace.database.path.chmod(0o660)
    one = make(stage)
    assert stat.S_IMODE(one.path.stat().st_mode) == 0o660
    assert stat.S_IMODE(one.path.parent.stat().st_mode) == 0o2770
