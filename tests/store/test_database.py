"""The file: opened, shared, damaged, locked, too new, too full; and what is on disk when a process is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from cminbox.domain.problem import Problem, StoreProblem
from cminbox.store import database as opening
from cminbox.store.database import Database
from cminbox.store.schema import LATEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPEN_AT_ONCE = """
import sys, time, pathlib
from cminbox.store.database import Database
go = pathlib.Path(sys.argv[2])
while not go.exists(): time.sleep(0.001)
database = Database(pathlib.Path(sys.argv[1]))
database.write(lambda c: c.execute("INSERT INTO accounts (network, name) VALUES ('n', ?)", (sys.argv[3],)))
database.close()
"""
COMMIT_UNTIL_KILLED = """
import sys, pathlib
from cminbox.store.database import Database
database = Database(pathlib.Path(sys.argv[1]))
number = 0
while True:
    number += 1
    database.write(lambda c: c.execute("UPDATE facts SET value = ? WHERE name = 'change'", (number,)))
    print(number, flush=True)
"""
KILLED_WHILE_MAKING = """
import os, signal, sys, pathlib
from cminbox.store import half_upgrades, migrations
from cminbox.store.database import Database
half_upgrades.check_whole = lambda *_: None
steps = list(migrations.SCHEMAS[0])
steps[int(sys.argv[2]):int(sys.argv[2])] = ["SELECT cut()"]
migrations.SCHEMAS[0] = tuple(steps)
made = migrations.migrate
def with_a_cut(connection):
    connection.create_function("cut", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
    made(connection)
migrations.migrate = with_a_cut
Database(pathlib.Path(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def made_before() -> None:
    """Nothing is: here each database is made from nothing."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    made = Database(path)
    yield made
    made.close()


def run(source: str, *arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", source, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def change(database: Database) -> int:
    (value,) = database.read().execute("SELECT value FROM facts WHERE name = 'change'").fetchone()
    return int(value)


def test_a_new_file_has_the_newest_schema_and_survives_power_loss(database: Database) -> None:
    connection = database.read()
    assert connection.execute("PRAGMA user_version").fetchone() == (LATEST,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_every_file_has_its_mode_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        database = Database(path, file_mode=0o660)
        database.write(lambda c: c.execute("UPDATE facts SET value = 7"))
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert modes == {0o660}


def test_files_are_private_unless_asked_otherwise(path: Path) -> None:
    Database(path).close()
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_processes_that_make_the_same_file_at_once_all_succeed(path: Path) -> None:
    go = path.parent / "go"
    processes = [run(OPEN_AT_ONCE, path, go, f"account {number}") for number in range(4)]
    go.touch()
    endings = [(process.communicate()[1].decode(), process.returncode) for process in processes]
    assert endings == [("", 0)] * 4
    database = Database(path)
    assert database.read().execute("SELECT count(*) FROM accounts").fetchone() == (4,)
    database.close()


@pytest.mark.parametrize("step", [0, 7, 30])
def test_a_process_killed_while_it_makes_the_schema_leaves_none(path: Path, step: int) -> None:
    process = run(KILLED_WHILE_MAKING, path, step)
    assert (process.communicate()[1], process.returncode) == (b"", -signal.SIGKILL)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'accounts'").fetchone() == (0,)
    connection.close()
    database = Database(path)
    assert database.read().execute("PRAGMA user_version").fetchone() == (LATEST,)
    database.close()


def test_what_was_said_to_be_written_is_there_after_a_kill(path: Path) -> None:
    Database(path).close()
    for wait in (0.2, 0.25, 0.3):
        process = run(COMMIT_UNTIL_KILLED, path)
        assert process.stdout is not None
        said = int(process.stdout.readline())
        time.sleep(wait)
        process.kill()
        said = max([said, *(int(line) for line in process.communicate()[0].split(b"\n")[:-1] if line)])
        database = Database(path)
        assert change(database) >= said
        assert database.read().execute("PRAGMA integrity_check").fetchone() == ("ok",)
        database.close()


def test_a_file_of_a_newer_program_is_refused_and_not_touched(path: Path) -> None:
    Database(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {LATEST + 1}")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreProblem, match="newer cminbox"):
        Database(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "damage", [b"not a database at all, but long enough to look like one" * 40, b"SQLite format 3\x00"]
)
def test_a_damaged_file_is_named_and_left_as_it_is(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    with pytest.raises(StoreProblem, match=r"inbox\.sqlite3.*(damaged|cannot be used)"):
        Database(path)
    assert path.read_bytes() == damage


def test_damage_that_shows_while_reading_is_a_sentence_too(path: Path) -> None:
    database = Database(path)
    database.write(
        lambda c: c.executemany(
            "INSERT INTO accounts (network, name) VALUES ('n', ?)", [(f"{number}" * 500,) for number in range(200)]
        )
    )
    database.close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    path.write_bytes(content)
    with pytest.raises(StoreProblem, match="damaged"):  # noqa: PT012 - it may show while opening or while reading
        broken = Database(path)
        try:
            broken.read().execute("SELECT * FROM accounts ORDER BY handle").fetchall()
        finally:
            broken.close()


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="cannot be opened"):
        Database(tmp_path / "nowhere" / "inbox.sqlite3")


def test_a_folder_in_the_place_of_the_file_is_a_sentence(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreProblem, match="cannot be written"):
        Database(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for the superuser")
def test_a_file_that_cannot_be_written_is_a_sentence(path: Path) -> None:
    Database(path).close()
    path.chmod(0o400)
    with pytest.raises(StoreProblem, match="cannot be written"):
        Database(path).write(lambda c: c.execute("UPDATE facts SET value = 1"))


def test_a_locked_file_is_waited_for_then_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.1)
    database = Database(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreProblem, match="locked by another program"):
        database.write(lambda c: c.execute("UPDATE facts SET value = 1"))
    assert change(database) == 0
    other.execute("COMMIT")
    database.write(lambda c: c.execute("UPDATE facts SET value = 1"))
    assert change(database) == 1
    other.close()
    database.close()


def test_opening_gives_up_when_another_process_upgrades_for_too_long(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "OPENING_SECONDS", 0.05)
    with opening.alone(path, 0o600), pytest.raises(StoreProblem, match="upgraded by another"):
        Database(path)


def test_a_full_disk_loses_nothing_that_was_there(database: Database) -> None:
    database.write(lambda c: c.execute("UPDATE facts SET value = 5"))
    pages = database._write_connection.execute("PRAGMA page_count").fetchone()[0]
    database._write_connection.execute(f"PRAGMA max_page_count = {pages}")

    def too_much(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE facts SET value = 6")
        connection.execute("INSERT INTO accounts (network, name) VALUES ('n', ?)", ("x" * 1_000_000,))

    with pytest.raises(StoreProblem, match="is full"):
        database.write(too_much)
    assert change(database) == 5
    database._write_connection.execute("PRAGMA max_page_count = 1000000")
    database.write(too_much)
    assert change(database) == 6


def test_what_raises_rolls_back_all_of_it(database: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE facts SET value = 9")
        raise KeyError("in between")

    with pytest.raises(KeyError):
        database.write(half)
    assert change(database) == 0
    database.write(lambda c: c.execute("UPDATE facts SET value = 1"))
    assert change(database) == 1


def test_a_reader_sees_each_commit_and_cannot_write(database: Database) -> None:
    connection = database.read()
    version = database.version()
    database.write(lambda c: c.execute("UPDATE facts SET value = 3"))
    assert change(database) == 3
    assert database.version() != version
    with pytest.raises(StoreProblem):
        connection.execute("UPDATE facts SET value = 4")


def test_each_thread_reads_for_itself(database: Database) -> None:
    connections = [database.read()]
    thread = threading.Thread(target=lambda: connections.append(database.read()))
    thread.start()
    thread.join()
    assert connections[0] is not connections[1]
    assert database.read() is connections[0]


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1])
def test_a_number_no_file_can_hold_is_a_sentence(database: Database, value: int) -> None:
    with pytest.raises(Problem, match="too large"):
        database.read().execute("SELECT ?", (value,))
    with pytest.raises(Problem, match="too large"):
        database.write(lambda c: c.execute("SELECT ?", (value,)))


def test_bytes_that_are_no_characters_are_a_sentence(database: Database) -> None:
    with pytest.raises(Problem, match="no characters"):
        database.read().execute("SELECT ?", ("\udcff",))


def test_closing_twice_is_fine(path: Path) -> None:
    database = Database(path)
    database.close()
    database.close()
    assert path.exists()
