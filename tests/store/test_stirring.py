"""Writes are heard of, by whichever process, without a question to the database."""

from __future__ import annotations

import os
import select
import sqlite3
from typing import TYPE_CHECKING

import pytest

from cminbox.store.database import Database
from cminbox.store.stirring import Look, Watch, stirring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cminbox.store.stirring import Stirring


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "inbox.sqlite3")
    yield database
    database.close()


@pytest.fixture(params=["told", "looking"])
def listener(request: pytest.FixtureRequest, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stirring]:
    if request.param == "looking":
        monkeypatch.setattr("sys.platform", "elsewhere")
    found = stirring(database.path)
    assert isinstance(found, Look if request.param == "looking" else Watch)
    found.stirred()
    yield found
    found.close()


def write(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("UPDATE facts SET value = value + 1 WHERE name = 'change'")
    other.close()


def test_a_write_of_another_connection_is_heard_once(database: Database, listener: Stirring) -> None:
    assert not listener.stirred()
    write(database.path)
    assert listener.stirred()
    assert not listener.stirred()


def test_reading_stirs_nothing(database: Database, listener: Stirring) -> None:
    database.read().execute("SELECT count(*) FROM conversations").fetchone()
    database.version()
    assert not listener.stirred()


def test_a_write_wakes_who_waits_for_it(database: Database) -> None:
    listener = stirring(database.path)
    told = listener.fileno()
    if told is None:
        pytest.skip("nothing tells here")
    listener.stirred()
    assert select.select([told], [], [], 0)[0] == []
    write(database.path)
    assert select.select([told], [], [], 5)[0] == [told]
    listener.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(told)


def test_where_nothing_can_be_told_one_asks_each_time(tmp_path: Path) -> None:
    listener: Stirring = Look(tmp_path / "none")
    assert listener.fileno() is None
    assert [listener.stirred(), listener.stirred()] == [True, True]


def test_a_journal_that_is_not_there_is_looked_for(tmp_path: Path) -> None:
    assert isinstance(stirring(tmp_path / "none"), Look)
