"""One row for every act: who, when, what, before and after. Undo, audit and reports are read from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


def record(
    connection: sqlite3.Connection,
    what: str,
    *,
    at: int,
    agent: str | None = None,
    account_id: int | None = None,
    conversation_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> int:
    """Append an event inside the caller's transaction and return its id. `at` is UTC milliseconds."""
    cursor = connection.execute(
        "INSERT INTO events (at, agent, what, account_id, conversation_id, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (at, agent, what, account_id, conversation_id, _json(before), _json(after)),
    )
    return int(cursor.lastrowid or 0)


def next_change(connection: sqlite3.Connection) -> int:
    """Return a new number, greater than all before, that marks what this transaction changes."""
    (number,) = connection.execute(
        "UPDATE facts SET value = value + 1 WHERE name = 'change' RETURNING value",
    ).fetchone()
    return int(number)


def upcoming_change(connection: sqlite3.Connection) -> int:
    """Return the number that `next_change` will give in a transaction, for one that may turn out to change nothing."""
    (number,) = connection.execute("SELECT value + 1 FROM facts WHERE name = 'change'").fetchone()
    return int(number)


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
