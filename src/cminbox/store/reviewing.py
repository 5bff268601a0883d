"""Looking at open conversations anew when other policies have come into force: in batches, wherever it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.store.events import next_change
from cminbox.store.refreshing import refresh

if TYPE_CHECKING:
    import sqlite3

    from cminbox.store.database import Database

BATCH = 200
_PROGRESS = "SELECT value FROM facts WHERE name = 'reviewed'"
_COMPLETE = -1
_NEXT = "SELECT id FROM conversations WHERE id > ? AND status <> 'done' ORDER BY id LIMIT ?"


def review(database: Database, *, now: int, limit: int = BATCH) -> bool:
    """Look at the next conversations, in one transaction; True when there are more. Costs a read when there are none.

    One that gets another policy keeps the time used so far, and the change is an event of it at `now`. One that is done
    is looked at when it is opened again. `now` is UTC milliseconds.
    """
    (progress,) = database.read().execute(_PROGRESS).fetchone()
    if progress == _COMPLETE:
        return False

    def work(connection: sqlite3.Connection) -> bool:
        (after,) = connection.execute(_PROGRESS).fetchone()
        ids = [] if after == _COMPLETE else [row[0] for row in connection.execute(_NEXT, (after, limit))]
        change = next_change(connection) if ids else 0
        for conversation_id in ids:
            refresh(connection, conversation_id, change, now)
        more = len(ids) == limit
        connection.execute("UPDATE facts SET value = ? WHERE name = 'reviewed'", (ids[-1] if more else _COMPLETE,))
        return more

    return database.write(work)
