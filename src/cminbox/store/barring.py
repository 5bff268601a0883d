"""What a network does not let be done with one message, as it said when the message was read last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import PRIVATELY
from cminbox.domain.network import Capability

if TYPE_CHECKING:
    import sqlite3

    from cminbox.domain.message import Message

_ACTS = frozenset(Capability) | {PRIVATELY}


def bar(connection: sqlite3.Connection, message_id: int, message: Message) -> bool:
    """Keep what is barred at a stored message, where its network speaks of that; return whether it is news.

    Words that are no act are dropped.
    """
    if message.barred is None:
        return False
    barred = " ".join(sorted(_ACTS.intersection(message.barred)))
    sql = "UPDATE messages SET barred = ? WHERE id = ? AND barred <> ?"
    return connection.execute(sql, (barred, message_id, barred)).rowcount > 0
