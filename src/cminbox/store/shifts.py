"""What one agent did since an instant, read backwards from his newest act: a long history costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cminbox.store.database import Database

_MOST = 20_000
_ACTS = """
SELECT conversation_id, at FROM events
WHERE agent = ? AND conversation_id IS NOT NULL AND undone_by IS NULL
  AND (what = 'reply' AND json_extract(after, '$.state') IN ('held', 'queued')
       OR what = 'status' AND json_extract(after, '$.status') IN ('done', 'pending', 'snoozed'))
ORDER BY id DESC LIMIT ?
"""


def handled_since(database: Database, agent: str, since: int) -> int:
    """Return how many conversations an agent answered, closed or put off since an instant (UTC milliseconds)."""
    found: set[int] = set()
    for conversation_id, at in database.read().execute(_ACTS, (agent, _MOST)):
        if at < since:
            break
        found.add(conversation_id)
    return len(found)


def next_snoozed(database: Database) -> int | None:
    """Return when the next conversation that was put off comes back (UTC milliseconds), None when none was."""
    (at,) = database.read().execute("SELECT min(snoozed_until) FROM conversations WHERE status = 'snoozed'").fetchone()
    return None if at is None else int(at)
