"""Which messages wait for an answer for long, so that their network is asked whether they are still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    import sqlite3

_LONG = """
SELECT m.id, m.remote_id FROM conversations c JOIN messages m ON m.conversation_id = c.id
WHERE c.account_id = :account AND c.status IN ('open', 'snoozed') AND c.unanswered > 0
AND m.id > :behind AND m.arrived_at <= :before AND NOT m.ours AND m.deleted_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM messages later WHERE later.conversation_id = c.id AND later.ours AND later.arrived_at > m.arrived_at
)
ORDER BY m.id LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class Round:
    """When messages are looked for again: `every` and `before` in milliseconds, `most` of them at once."""

    every: int
    before: int
    most: int


def due(connection: sqlite3.Connection, account_id: int, turn: Round, now: int) -> list[str]:
    """Return the ids of messages of an account that are to be looked for now, and note that it was done.

    None before the time has come (`now` is UTC milliseconds). Where more wait than fit, the next time goes on behind.
    """
    at, behind = (f"looked again {account_id}", f"looked again behind {account_id}")
    found = dict(connection.execute("SELECT name, value FROM facts WHERE name IN (?, ?)", (at, behind)).fetchall())
    if 0 <= now - found.get(at, 0) < turn.every:
        return []
    values = {"account": account_id, "before": now - turn.before, "most": turn.most}
    rows = connection.execute(_LONG, {**values, "behind": found.get(behind, 0)}).fetchall()
    rows = rows or connection.execute(_LONG, {**values, "behind": 0}).fetchall()
    last = rows[-1][0] if len(rows) == turn.most else 0
    connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", [(at, now), (behind, last)])
    return [row[1] for row in rows]
