"""Two conversations that turn out to be one: what both hold is joined, and the old number still leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

_PRESSING = ("open", "snoozed", "pending", "done")


def survivor(connection: sqlite3.Connection, conversation_id: int) -> int | None:
    """Return the conversation that a number stands for today, None when it never stood for any."""
    row = connection.execute(
        "SELECT id FROM conversations WHERE id = ? UNION ALL SELECT into_id FROM merged WHERE id = ?",
        (conversation_id, conversation_id),
    ).fetchone()
    return None if row is None else int(row[0])


def merge(connection: sqlite3.Connection, gone: int, kept: int, change: int) -> None:
    """Move everything of conversation `gone` into `kept`. Both need a refresh of what `kept` shows afterwards.

    Whoever waits in either of them goes on waiting: what an agent settled in one says nothing of the other.
    """
    # What was announced of either is not announced again, and what held for one says nothing of the other.
    connection.execute("UPDATE OR IGNORE notices SET conversation_id = ? WHERE conversation_id = ?", (kept, gone))
    connection.execute(
        "UPDATE events SET what = 'policy before merging' WHERE conversation_id = ? AND what = 'policy'", (gone,)
    )
    _merge_drafts(connection, gone, kept)
    _merge_begun_notes(connection, gone, kept)
    for table in ("messages", "replies", "notes", "events", "acts"):
        connection.execute(
            f"UPDATE {table} SET conversation_id = ? WHERE conversation_id = ?",  # noqa: S608 - constants
            (kept, gone),
        )
    for columns in ("tags (conversation_id, tag)", "claims (conversation_id, agent, terminal, since, until, change)"):
        table, _, names = columns.partition(" ")
        rest = names.strip("()").removeprefix("conversation_id, ")
        connection.execute(
            f"INSERT OR IGNORE INTO {columns} SELECT ?, {rest} FROM {table} WHERE conversation_id = ?",  # noqa: S608 - constants
            (kept, gone),
        )
    _merge_standing(connection, gone, kept)
    connection.execute("UPDATE merged SET into_id = ?, change = ? WHERE into_id = ?", (kept, change, gone))
    connection.execute("DELETE FROM conversations WHERE id = ?", (gone,))
    connection.execute("INSERT INTO merged (id, into_id, change) VALUES (?, ?, ?)", (gone, kept, change))


def _merge_standing(connection: sqlite3.Connection, gone: int, kept: int) -> None:
    """Join status, assignee, priority, post and how far each was handled; the more pressing status wins."""
    rows = connection.execute(
        "SELECT handled_change, unanswered, status FROM conversations WHERE id IN (?, ?)",
        (gone, kept),
    ).fetchall()
    waiting = [handled for handled, unanswered, _ in rows if unanswered]
    connection.execute(
        "UPDATE conversations AS k SET handled_change = ?, status = ?,"
        " snoozed_until = coalesce(k.snoozed_until, g.snoozed_until),"
        " assignee = coalesce(k.assignee, g.assignee), post = coalesce(k.post, g.post),"
        " priority = CASE WHEN k.priority = 'normal' THEN g.priority ELSE k.priority END,"
        " history_before = max(k.history_before, g.history_before), flagged = max(k.flagged, g.flagged)"
        " FROM (SELECT * FROM conversations WHERE id = ?) AS g WHERE k.id = ?",
        (
            min(waiting) if waiting else max(handled for handled, _, _ in rows),
            min((status for _, _, status in rows), key=_PRESSING.index),
            gone,
            kept,
        ),
    )


def _merge_drafts(connection: sqlite3.Connection, gone: int, kept: int) -> None:
    """Put an agent's two drafts into one, so that none is lost: there is one per agent, terminal and conversation."""
    rows = connection.execute(
        "SELECT g.id, g.text, k.id FROM replies g JOIN replies k"
        " ON k.agent = g.agent AND k.terminal = g.terminal AND k.state = 'draft' AND k.conversation_id = ?"
        " WHERE g.conversation_id = ? AND g.state = 'draft'",
        (kept, gone),
    ).fetchall()
    for orphaned, text, draft in rows:
        connection.execute("UPDATE replies SET text = text || char(10) || ? WHERE id = ?", (text, draft))
        connection.execute("DELETE FROM replies WHERE id = ?", (orphaned,))


def _merge_begun_notes(connection: sqlite3.Connection, gone: int, kept: int) -> None:
    """Put what an agent has begun in either into one text."""
    connection.execute(
        "INSERT INTO begun_notes (conversation_id, agent, terminal, text, caret, updated_at)"
        " SELECT ?, agent, terminal, text, caret, updated_at FROM begun_notes WHERE conversation_id = ?"
        " ON CONFLICT (conversation_id, agent, terminal) DO UPDATE SET text = text || char(10) || excluded.text",
        (kept, gone),
    )
