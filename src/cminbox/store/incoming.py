"""What customers wrote lately, for looking at it as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import Kind
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from cminbox.store.database import Database

_NEWEST = """
SELECT m.conversation_id, m.text, m.lang, a.network, m.kind
FROM messages m JOIN accounts a ON a.id = m.account_id
WHERE m.arrived_at >= ? AND NOT m.ours AND m.deleted_at IS NULL AND m.remote_id NOT LIKE 'erased:%' AND m.text <> ''
ORDER BY m.arrived_at DESC, m.id DESC LIMIT ?
"""
_SAID = """
SELECT m.person_id, m.text FROM messages m
WHERE NOT m.ours AND m.deleted_at IS NULL AND m.remote_id NOT LIKE 'erased:%' AND m.text <> ''
ORDER BY m.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One message of a customer. `lang` is what the network told, None where it told nothing."""

    conversation_id: int
    text: str
    lang: str | None
    network: str
    kind: Kind


def asked_since(database: Database, at: int, *, limit: int) -> list[Asked]:
    """Return the messages of customers that arrived since an instant (UTC milliseconds), the newest first."""
    rows = database.read().execute(_NEWEST, (at, limit))
    return [Asked(row[0], row[1], row[2], row[3], Kind(row[4])) for row in rows]


def newest_message(database: Database) -> int:
    """Return the number of the newest message, 0 when there is none."""
    row = database.read().execute("SELECT max(id) FROM messages").fetchone()
    return int(row[0] or 0)


def said_lately(database: Database, *, limit: int) -> list[tuple[int, str]]:
    """Return the newest messages of customers, each with the number of the person who wrote it."""
    return database.read().execute(_SAID, (limit,)).fetchall()
