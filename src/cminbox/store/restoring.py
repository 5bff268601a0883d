"""A database that is older than what was sent: a backup put back, or a file whose journal was taken away.

What was on its way when such a file was written may have been sent since, and the file cannot know. So every copy is
stamped, and when a stamped file is opened as the inbox, all that was on its way is in doubt: it is looked for on its
network, and else a person decides. Nothing of it is sent by itself.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cminbox.domain.saying import Saying, say
from cminbox.store.events import next_change
from cminbox.store.refreshing import refresh
from cminbox.store.reply_moves import put_in_doubt, reply_row

if TYPE_CHECKING:
    import sqlite3

_STAMP = "copied"
_ON_ITS_WAY = "SELECT id FROM replies WHERE state IN ('held', 'queued', 'sending', 'refused') ORDER BY id"
FROM_BACKUP = say("This was on its way when the backup was made that is in use now; it may have been sent since")
WITHOUT_JOURNAL = say("The journal of the database was removed after a crash; this may have been sent already")
RESCUED = say("This was on its way in the damaged database; it may have been sent already")


def stamp(connection: sqlite3.Connection) -> None:
    """Mark a database as a copy."""
    connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (_STAMP, time.time_ns() // 1_000_000))


def doubt_everything(connection: sqlite3.Connection, reason: Saying) -> list[int]:
    """Put all that was on its way in doubt, in one transaction, and end what belonged to processes; return the ids."""
    now = time.time_ns() // 1_000_000
    connection.execute("BEGIN IMMEDIATE")
    try:
        ids = [row[0] for row in connection.execute(_ON_ITS_WAY)]
        for reply_id in ids:
            put_in_doubt(connection, reply_row(connection, reply_id), reason, now=now)
        for table in ("claims", "whereabouts", "leases"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
        connection.execute("DELETE FROM facts WHERE name = ?", (_STAMP,))
        change = next_change(connection)
        for reply_id in ids:
            refresh(connection, reply_row(connection, reply_id).conversation_id, change, now)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return ids
