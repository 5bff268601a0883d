"""What a screen leaves behind that nobody has left: its claims are free, its held replies need a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.store.events import next_change
from cminbox.store.refreshing import refresh

if TYPE_CHECKING:
    import sqlite3

_HELD = """
SELECT id, conversation_id FROM replies
WHERE state = 'held' AND NOT interrupted AND NOT released_by_sync AND agent = ? AND terminal = ?
"""
_CLAIMED = "DELETE FROM claims WHERE agent = ? AND terminal = ? RETURNING conversation_id"


def interrupt_held(connection: sqlite3.Connection, agent: str, terminal: str, now: int) -> None:
    """Flag what is held at an agent's terminal: nobody is there any more who would end the hold.

    `now` is UTC milliseconds.
    """
    held = connection.execute(_HELD, (agent, terminal)).fetchall()
    if not held:
        return
    change = next_change(connection)
    for reply_id, conversation_id in held:
        connection.execute("UPDATE replies SET interrupted = 1, updated_at = ? WHERE id = ?", (now, reply_id))
        refresh(connection, conversation_id, change, now)


def free_claims(connection: sqlite3.Connection, agent: str, terminal: str) -> None:
    """End what an agent has claimed at a terminal."""
    claimed = connection.execute(_CLAIMED, (agent, terminal)).fetchall()
    if claimed:
        change = next_change(connection)
        connection.executemany("UPDATE conversations SET change = ? WHERE id = ?", [(change, *one) for one in claimed])
