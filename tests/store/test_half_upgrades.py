"""A file that another program has half upgraded: nothing is written to it, and its replies come back by a rescue."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database as Wrapped

from cminbox.domain.problem import DamageProblem
from cminbox.store import backups, migrations
from cminbox.store.database import Database
from cminbox.store.rescuing import rescue
from cminbox.store.schema import LATEST

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """
INSERT INTO accounts (id, network, name, connected_at) VALUES (1, 'n', 'brand', 1);
INSERT INTO people (id, account_id, remote_id, handle, name) VALUES (1, 1, 'p', 'ana', 'Ana');
INSERT INTO conversations (id, account_id, key, rooted, kind, person_id) VALUES (1, 1, 'k', 1, 'dm', 1);
INSERT INTO replies (conversation_id, account_id, state, text, caret, agent, terminal, send_key, decided_at,
    decided_change, created_at, updated_at) VALUES (1, 1, 'queued', 'on its way', 3, 'ana', 't', 'key', 1, 1, 1, 1);
INSERT INTO replies (conversation_id, account_id, state, text, caret, agent, terminal, created_at, updated_at)
    VALUES (1, 1, 'draft', 'half a', 4, 'bob', 't', 1, 1);
"""
NAMES = [step.name for step in migrations.steps.pending(Wrapped(memory=True))]
RECORDED = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('cminbox', '0002', 'now')"
NOW = 1_800_000_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.sqlite3"


def made(path: Path, schema: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        stop = NAMES[schema] if schema < len(NAMES) else None
        migrations.steps.apply(Wrapped(connection), stop_before=stop)
        connection.executescript(ROWS)


def begun(path: Path, *statements: str) -> None:
    """Let another program begin to change the schema."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def refused(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DamageProblem, match="half upgraded"):
        Database(path)
    assert path.read_bytes() == before
    assert backups.backups_in(backups.folder_of(path)) == []


@pytest.mark.parametrize("upto", [1, 2, 3])
def test_the_first_statements_of_a_step_alone_are_refused_without_a_backup_of_them(path: Path, upto: int) -> None:
    made(path, 1)
    begun(path, *migrations.SECOND[:upto], "PRAGMA wal_checkpoint(TRUNCATE)")
    refused(path)


def test_a_number_that_was_lost_is_refused(path: Path) -> None:
    made(path, LATEST)
    begun(path, "PRAGMA user_version = 0", "DELETE FROM _sqlite_migrations", "PRAGMA wal_checkpoint(TRUNCATE)")
    refused(path)


def test_a_step_that_is_recorded_and_not_there_is_refused(path: Path) -> None:
    made(path, 1)
    begun(path, RECORDED, "PRAGMA wal_checkpoint(TRUNCATE)")
    refused(path)


def test_an_index_that_somebody_has_added_stops_no_upgrade(path: Path) -> None:
    made(path, 1)
    begun(path, "CREATE INDEX my_own ON replies (text)")
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (LATEST,)


def test_a_rescue_brings_its_replies_to_the_newest_schema(path: Path) -> None:
    made(path, 1)
    begun(path, *migrations.SECOND[:2])
    done = rescue(path, NOW)
    assert done.backup is None
    assert done.doubtful == 1
    with closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("SELECT state, text, caret FROM replies ORDER BY id").fetchall()
        assert connection.execute("PRAGMA user_version").fetchone() == (LATEST,)
    assert kept == [("unknown", "on its way", 3), ("draft", "half a", 4)]


def test_a_backup_that_is_half_upgraded_itself_is_passed_over(path: Path) -> None:
    made(path, 1)
    with closing(sqlite3.connect(path)) as connection:
        good = backups.make(connection, path, NOW)
    begun(path, *migrations.SECOND[:2])
    with closing(sqlite3.connect(path)) as connection:
        backups.make(connection, path, NOW + 86_400_000)
    assert rescue(path, NOW).backup == good.path
