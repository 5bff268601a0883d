"""From every earlier schema to the newest: nothing is lost, and a kill leaves the old one or the new one."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database as Wrapped

from cminbox.domain.reply import ReplyState
from cminbox.store import migrations
from cminbox.store.claims import Claims
from cminbox.store.database import Database
from cminbox.store.outbox import Outbox
from cminbox.store.schema import LATEST

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [step.name for step in migrations.steps.pending(Wrapped(memory=True))]
ROWS = """
INSERT INTO facts VALUES ('rows', 1);
INSERT INTO accounts (id, network, name, connected_at) VALUES (1, 'n', 'brand', 1);
INSERT INTO people (id, account_id, remote_id, handle, name) VALUES (1, 1, 'p', 'ana', 'Ana');
INSERT INTO conversations (id, account_id, key, rooted, kind, person_id, queue_due) VALUES (1, 1, 'k', 1, 'dm', 1, 5);
INSERT INTO messages (account_id, conversation_id, remote_id, person_id, kind, text, created_at, arrived_at, ours,
    first_change) VALUES (1, 1, 'm', 1, 'dm', 'hello', 1, 1, 0, 1);
INSERT INTO replies (id, conversation_id, account_id, state, text, agent, terminal, send_key, decided_at,
    decided_change, created_at, updated_at) VALUES (1, 1, 1, 'queued', 'on its way', 'ana', 't', 'key', 1, 7, 1, 1);
INSERT INTO replies (conversation_id, account_id, state, text, caret, agent, terminal, created_at, updated_at)
    VALUES (1, 1, 'draft', 'half a', 3, 'bob', 't', 1, 1);
INSERT INTO claims (conversation_id, agent, terminal, since, until) VALUES (1, 'bob', 't', 1, 9000000000000);
"""
KILLED_WHILE_UPGRADING = """
import os, signal, sys, pathlib
from cminbox.store import half_upgrades, migrations
from cminbox.store.database import Database
half_upgrades.check_whole = lambda *_: None
schema = int(sys.argv[2])
steps = list(migrations.SCHEMAS[schema])
steps[int(sys.argv[3]):int(sys.argv[3])] = ["SELECT cut()"]
migrations.SCHEMAS[schema] = steps
made = migrations.migrate
def with_a_cut(connection):
    connection.create_function("cut", 0, lambda: os.kill(os.getpid(), signal.SIGKILL))
    made(connection)
migrations.migrate = with_a_cut
Database(pathlib.Path(sys.argv[1]))
"""


def earlier(path: Path, schema: int) -> None:
    """Make a database of an earlier schema with a row in every table that matters."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    migrations.steps.apply(Wrapped(connection), stop_before=NAMES[schema])
    assert connection.execute("PRAGMA user_version").fetchone() == (schema,)
    connection.executescript(ROWS)
    connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.sqlite3"


def test_there_is_one_step_for_every_schema() -> None:
    assert [int(name) for name in NAMES] == list(range(1, LATEST + 1))


@pytest.mark.parametrize("schema", range(1, LATEST))
def test_every_row_survives_an_upgrade(path: Path, schema: int) -> None:
    earlier(path, schema)
    database = Database(path)
    assert database.read().execute("PRAGMA user_version").fetchone() == (LATEST,)
    replies = Outbox(database).of_conversation(1)
    assert [(one.state, one.text, one.cursor) for one in replies] == [
        (ReplyState.QUEUED, "on its way", 0),
        (ReplyState.DRAFT, "half a", 3),
    ]
    claim = Claims(database).current(1, now=2)
    assert claim is not None
    assert claim.agent == "bob"
    assert database.read().execute("SELECT text FROM messages").fetchall() == [("hello",)]
    assert database.read().execute("SELECT n FROM counters WHERE scope = 'queue'").fetchone() == (1,)
    assert database.read().execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()


def test_what_was_decided_on_before_the_upgrade_knows_what_was_there_then(path: Path) -> None:
    earlier(path, 1)
    database = Database(path)
    assert database.read().execute("SELECT known_change FROM replies WHERE id = 1").fetchone() == (7,)
    database.close()


ADDED = {
    1: ("replies", "known_change"),
    2: ("conversations", "policy_id"),
    3: ("picks", "words"),
    4: ("conversations", "again_at"),
    5: ("conversations", "flagged"),
    6: ("begun_notes", "text"),
    7: ("messages_by_rating", "rating"),
    8: ("retained", "until"),
    9: ("replies", "progress"),
    10: ("messages", "barred"),
}
"""A table or an index, and a column that is added by the statements which lead away from a schema."""
LENGTHS = {schema: len(migrations.SCHEMAS[schema]) for schema in ADDED}
CUTS = [(schema, at) for schema, length in LENGTHS.items() for at in sorted({0, 1, length // 2, length})]
"""Before the first statement, behind it, halfway, and behind the last one; the fault tests take every one."""


@pytest.mark.parametrize(("schema", "at"), CUTS)
def test_a_kill_at_any_statement_leaves_the_old_schema_or_the_new_one(path: Path, schema: int, at: int) -> None:
    earlier(path, schema)
    command = [sys.executable, "-c", KILLED_WHILE_UPGRADING, str(path), str(schema), str(at)]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert (killed.stderr, killed.returncode) == (b"", -signal.SIGKILL)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (schema,)
    added = ADDED[schema]
    columns = "SELECT name FROM pragma_table_info(:name) UNION SELECT name FROM pragma_index_info(:name)"
    assert (added[1],) not in connection.execute(columns, {"name": added[0]}).fetchall()
    connection.close()
    database = Database(path)
    assert database.read().execute("PRAGMA user_version").fetchone() == (LATEST,)
    assert [one.text for one in Outbox(database).of_conversation(1)] == ["on its way", "half a"]
    database.close()
