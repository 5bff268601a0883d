"""Who waits to write is patient, and looks the more often the longer he has waited."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from cminbox.store import turns
from cminbox.store.turns import begin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Time:
    """A clock that only sleeping moves; at a moment the other one is finished."""

    def __init__(self, other: sqlite3.Connection, ends_at: float) -> None:
        self.at = 0.0
        self.slept: list[float] = []
        self._other, self._ends_at = other, ends_at

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds + 1e-6
        if self.at >= self._ends_at and self._other.in_transaction:
            self._other.execute("ROLLBACK")


def connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=0)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connected(tmp_path / "file")
    connection.execute("CREATE TABLE t (x)")
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


@pytest.fixture
def mine(tmp_path: Path, other: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    del other
    connection = connected(tmp_path / "file")
    yield connection
    connection.close()


def running(monkeypatch: pytest.MonkeyPatch, other: sqlite3.Connection, ends_at: float) -> Time:
    made = Time(other, ends_at)
    monkeypatch.setattr(turns, "time", made)
    return made


def test_one_waits_until_the_other_has_finished(
    mine: sqlite3.Connection, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = running(monkeypatch, other, ends_at=1.5)
    begin(mine, 5.0)
    assert mine.in_transaction
    assert 1.5 <= clock.at < 1.6


def test_patience_has_an_end(
    mine: sqlite3.Connection, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = running(monkeypatch, other, ends_at=9.0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        begin(mine, 2.0)
    assert 2.0 <= clock.at < 2.1
    assert not mine.in_transaction


def test_who_has_waited_long_looks_more_often_than_who_has_just_come(
    mine: sqlite3.Connection, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = running(monkeypatch, other, ends_at=3.0)
    begin(mine, 5.0)
    assert max(clock.slept[-50:]) < min(clock.slept[:10])


def test_what_is_no_matter_of_turns_is_raised_at_once(
    mine: sqlite3.Connection, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = running(monkeypatch, other, ends_at=0.0)
    other.execute("ROLLBACK")
    mine.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        begin(mine, 5.0)
    assert clock.slept == []
