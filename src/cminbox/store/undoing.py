"""What can still be undone, as the acts that people did: each once, however many conversations it was done to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.undoing import Undoables

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

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
