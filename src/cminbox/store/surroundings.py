"""What stands around a conversation on its network: kept when a person opens the thread, shown and never counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.text import repair
from cminbox.store.conversations import known
from cminbox.store.events import next_change, record
from cminbox.store.retention import CONTEXT, Retention

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from cminbox.domain.message import Message
    from cminbox.store.database import Database

WHAT = "context"
MOST = 20
"""So many messages above and below are kept, those nearest to the conversation."""
_TEXT_CAP = 2_000
_NAME_CAP = 200


def keep(
    database: Database, conversation_id: int, above: Sequence[Message], below: Sequence[Message], *, now: int
) -> None:
    """Keep what a network shows above and below a message, oldest first. Raises NotFound. `now` is UTC milliseconds."""

    def work(connection: sqlite3.Connection) -> None:
        today, account_id = known(connection, conversation_id)
        after = {"above": [_values(one) for one in above[-MOST:]], "below": [_values(one) for one in below[:MOST]]}
        # Only the newest is shown; each conversation is read whole with every key.
        connection.execute("UPDATE events SET after = NULL WHERE conversation_id = ? AND what = ?", (today, WHAT))
        event_id = record(connection, WHAT, at=now, account_id=account_id, conversation_id=today, after=after)
        Retention(connection, account_id, now).keep(CONTEXT, event_id)
        connection.execute("UPDATE conversations SET change = ? WHERE id = ?", (next_change(connection), today))

    database.write(work)


def _values(message: Message) -> list[Any]:
    author = message.author
    names = (message.remote_id, author.handle[:_NAME_CAP], author.name[:_NAME_CAP], message.text[:_TEXT_CAP])
    return [*(repair(one) for one in names), message.created_at, message.ours]


def forget(connection: sqlite3.Connection, conversation_ids: Sequence[int], name: str) -> None:
    """Forget what stood around some conversations, and around all in whose surroundings a name occurs."""
    for conversation_id in conversation_ids:
        connection.execute(
            "UPDATE events SET after = json_remove(after, '$.above', '$.below') WHERE conversation_id = ? AND what = ?",
            (conversation_id, WHAT),
        )
    connection.execute(
        "UPDATE events SET after = json_remove(after, '$.above', '$.below') WHERE what = ? AND instr(after, ?)",
        (WHAT, name),
    )
