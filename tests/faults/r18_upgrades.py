"""R18: a kill at every statement of making and of upgrading a database, from every schema so far."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias
from unittest.mock import patch

from sqlite_utils import Database as Wrapped

from cminbox.store import database as database_module
from cminbox.store import migrations
from cminbox.store.database import Database
from cminbox.store.schema import LATEST
from rig import processes
from rig.judge import Verdict
from rig.points import Bomb
from rig.report import Family, Order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

KILLED = -9
Schema: TypeAlias = list[tuple[object, ...]]
_ROWS = """
INSERT INTO accounts (id, network, name, connected_at) VALUES (1, 'n', 'brand', 1);
INSERT INTO people (id, account_id, remote_id, handle, name) VALUES (1, 1, 'p', 'ana', 'Ana');
INSERT INTO conversations (id, account_id, key, rooted, kind, person_id) VALUES (1, 1, 'k', 1, 'dm', 1);
INSERT INTO replies (conversation_id, account_id, state, text, caret, agent, terminal, send_key, decided_at,
    decided_change, created_at, updated_at) VALUES (1, 1, 'queued', 'on its way', 3, 'ana', 't', 'key', 1, 1, 1, 1);
INSERT INTO replies (conversation_id, account_id, state, text, caret, agent, terminal, created_at, updated_at)
    VALUES (1, 1, 'draft', 'half a', 4, 'bob', 't', 1, 1);
"""
_KEPT = "SELECT state, text, caret, agent, send_key FROM replies ORDER BY id"
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%sqlite%' ORDER BY type, name"


def run(order: Order) -> Verdict:
    """Kill at each statement, or in the quick set at some; then look at the file, and open it again."""
    verdict = Verdict()
    folder = order.folder / "r18"
    folder.mkdir()
    schemas = {schema: _schema_of(_made(folder / f"reference-{schema}", schema)) for schema in range(LATEST + 1)}
    for schema in range(LATEST):
        original = _made(folder / f"from-{schema}.sqlite3", schema)
        statements = _statements(original, folder / "counted.sqlite3")
        steps = range(1, statements + 1)
        chosen = steps if order.full else order.chance(schema).sample(steps, 2)
        for step in sorted(chosen):
            verdict.amount += 1
            _killed_at(step, original, folder / f"killed-{schema}-{step}.sqlite3", schemas, verdict)
        verdict.figures[f"statements from schema {schema}"] = statements
    return verdict


def _killed_at(step: int, original: Path, path: Path, schemas: dict[int, Schema], verdict: Verdict) -> None:
    _copy(original, path)
    before = _rows(path)
    code = processes.Actor(_open, path, step).end()
    what = f"killed at statement {step} from {original.stem}"
    verdict.expect(code == KILLED, f"{what}: it ended with {code}")
    found = _version(path)
    verdict.expect(_schema_of(path) == schemas.get(found), f"{what}: the schema is none of those there were")
    verdict.expect(_ask(path, "PRAGMA integrity_check") == [("ok",)], f"{what}: the file is damaged")
    verdict.lost += _rows(path) != before
    Database(path).close()
    verdict.expect(_version(path) == LATEST, f"{what}: it is not upgraded by the next start")
    verdict.expect(_schema_of(path) == schemas[LATEST], f"{what}: the next start makes another schema")
    verdict.lost += _rows(path) != before


def _open(path: Path, step: int, line: Connection) -> None:
    """Open a database as the program does, and die at a statement; 0 dies never. Says how many there were."""
    bomb = Bomb(step)
    prepare = database_module._prepare
    seen = [0]

    def traced(connection: sqlite3.Connection, where: Path) -> None:
        def tick(_statement: str) -> None:
            seen[0] += 1
            bomb.tick()

        connection.set_trace_callback(tick)
        prepare(connection, where)
        connection.set_trace_callback(None)

    with patch.object(database_module, "_prepare", traced):
        Database(path).close()
    line.send(seen[0])


def _statements(original: Path, path: Path) -> int:
    _copy(original, path)
    actor = processes.Actor(_open, path, 0)
    actor.end()
    return int(actor.said()[-1])


def _made(path: Path, schema: int) -> Path:
    """Return a file of a schema with a reply on its way and a draft in it; schema 0 is an empty file."""
    path.touch()
    if schema:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            names = [step.name for step in migrations.steps.pending(Wrapped(memory=True))]
            stop = names[schema] if schema < len(names) else None
            migrations.steps.apply(Wrapped(connection), stop_before=stop)
            connection.executescript(_ROWS)
    return path


def _copy(original: Path, path: Path) -> None:
    for old in _files(path):
        old.unlink(missing_ok=True)
    shutil.copyfile(original, path)


def _files(path: Path) -> Iterator[Path]:
    for tail in ("", "-wal", "-shm"):
        yield path.with_name(path.name + tail)


def _ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def _version(path: Path) -> int:
    return int(str(_ask(path, "PRAGMA user_version")[0][0]))


def _schema_of(path: Path) -> Schema:
    return _ask(path, _SCHEMA)


def _rows(path: Path) -> list[tuple[object, ...]]:
    return _ask(path, _KEPT) if _version(path) else []


FAMILY = Family("R18", "kill at each step of an upgrade", run)
