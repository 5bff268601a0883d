"""Undoing, and what can still be undone: the acts that people did, each once, however many conversations it meant."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.undoing import Undoables
from cminbox.store.conversations import MATCHED, write_fields, write_tags
from cminbox.store.events import next_change, record
from cminbox.store.refreshing import refresh

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from cminbox.domain.saying import Saying

_LOOKED_BACK, _EVENTS, _SHOWN = 20_000, 5_000, 50
_NEWEST = """
SELECT id, at, agent, what, after FROM events
WHERE agent IS NOT NULL AND undone_by IS NULL AND what IN ('status', 'assign', 'priority', 'tag', 'flag')
AND id > (SELECT coalesce(max(id), 0) FROM events) - ? ORDER BY id DESC LIMIT ?
"""
_STATUSES = {
    "open": say("Opened again"),
    "pending": say("Waiting for their answer"),
    "snoozed": say("Put off"),
    "done": say("Done"),
}


def undoable(connection: sqlite3.Connection) -> list[Undoables]:
    """Return the newest acts that can be undone, the newest first."""
    found: dict[tuple[int, str, str], Undoables] = {}
    for event, at, agent, what, after in connection.execute(_NEWEST, (_LOOKED_BACK, _EVENTS)):
        # The rows of one act share the instant of its transaction.
        key = (at, agent, what)
        group = found.get(key) or Undoables((), _told(what, json.loads(after)), agent, at)
        found[key] = replace(group, events=(event, *group.events))
    return list(found.values())[:_SHOWN]


def undo(connection: sqlite3.Connection, event_ids: Sequence[int], agent: str, now: int) -> list[int]:
    """Put back what these events changed; return the conversations. Raises Problem, and then nothing was put back.

    `now` is UTC milliseconds.
    """
    touched: list[int] = []
    change = next_change(connection)
    for event_id in sorted(event_ids, reverse=True):
        row = connection.execute(
            "SELECT what, conversation_id, account_id, before, after FROM events WHERE id = ? AND undone_by IS NULL"
            " AND what IN ('status', 'assign', 'priority', 'tag', 'flag')",
            (event_id,),
        ).fetchone()
        if row is None:
            raise Problem(say("This cannot be undone"))
        what, conversation_id, account_id, before, after = row
        newer = connection.execute(
            "SELECT 1 FROM events WHERE conversation_id = ? AND what = ? AND id > ? AND undone_by IS NULL",
            (conversation_id, what, event_id),
        ).fetchone()
        if newer is not None:
            raise Problem(say("Conversation {id} has changed since; nothing was undone", id=conversation_id))
        values = json.loads(before)
        if what == "tag":
            write_tags(connection, conversation_id, values["tags"])
        else:
            write_fields(connection, conversation_id, values)
        undone = record(
            connection,
            "undo",
            at=now,
            agent=agent,
            account_id=account_id,
            conversation_id=conversation_id,
            before=json.loads(after),
            after=values,
        )
        connection.execute("UPDATE events SET undone_by = ? WHERE id = ?", (undone, event_id))
        refresh(connection, conversation_id, change, now, acted=what in MATCHED)
        touched.append(conversation_id)
    return touched


def _told(what: str, after: Mapping[str, Any]) -> Saying:
    """Return what an act did, in words."""
    match what:
        case "status":
            return _STATUSES[after["status"]]
        case "assign":
            to = after["assignee"]
            return say("Assigned to {agent}", agent=safe(to)) if to else say("Assigned to nobody")
        case "flag":
            return say("Flagged") if after["flagged"] else say("Flag taken off")
        case "tag":
            return say("Tagged")
        case _:
            return say("Priority set")
