"""Rows of the queue as plain values: what `queue --json` prints and what a hook is given."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cminbox.inbox.clock import clock_of

if TYPE_CHECKING:
    from cminbox.domain.conversation import QueueRow


def instant(at: int | None) -> str | None:
    """Return UTC milliseconds as ISO 8601 with Z, in whole seconds where there are no parts of one."""
    if at is None:
        return None
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds" if at % 1000 else "seconds").replace("+00:00", "Z")


def queue_row(row: QueueRow, now: int) -> dict[str, Any]:
    """Return a conversation as a line of `queue --json`. `now` is UTC milliseconds."""
    clock = clock_of(row, now)
    return {
        "id": row.id,
        "network": row.network,
        "account": row.account,
        "kind": row.kind.value,
        "person": {"handle": row.person.handle, "name": row.person.name},
        "text": row.text,
        "status": row.status.value,
        "assignee": row.assignee,
        "tags": list(row.tags),
        "priority": row.priority.value,
        "waiting_since": instant(row.waiting_since),
        "due": instant(row.due),
        "target": clock.target.value if clock else None,
        "state": clock.state.value if clock else None,
        "stage": clock.stage.value if clock else None,
        "unanswered": row.unanswered,
        "claimed_by": row.claimed_by,
        "snoozed_until": instant(row.snoozed_until),
        "reply_state": row.reply_state.value if row.reply_state else None,
    }
