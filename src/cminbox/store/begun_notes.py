"""Notes that were begun and not added yet: one per agent, terminal and conversation, with its caret.

They are kept apart from drafts of replies, so that what is meant for colleagues can never be taken for an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.text import repair
from cminbox.domain.value import dataclass
from cminbox.store.conversations import known
from cminbox.store.merging import survivor

if TYPE_CHECKING:
    import sqlite3
    from concurrent.futures import Future

    from cminbox.store.database import Database


@dataclass(frozen=True, slots=True)
class BegunNote:
    """What was typed so far, where the caret stands, and at which terminal."""

    text: str
    caret: int
    terminal: str


class BegunNotes:
    """Keeps notes that were begun. Adding the note forgets it, see `Conversations.note`. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_soon(
        self, conversation_id: int, text: str, *, caret: int, agent: str, terminal: str, now: int
    ) -> Future[None]:
        """Keep what was typed; an empty text forgets it. On disk when the future is done, which raises NotFound."""

        def work(connection: sqlite3.Connection) -> None:
            today, _ = known(connection, conversation_id)
            if not text.strip():
                connection.execute(
                    "DELETE FROM begun_notes WHERE conversation_id = ? AND agent = ? AND terminal = ?",
                    (today, agent, terminal),
                )
                return
            connection.execute(
                "INSERT INTO begun_notes (conversation_id, agent, terminal, text, caret, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (conversation_id, agent, terminal)"
                " DO UPDATE SET text = excluded.text, caret = excluded.caret, updated_at = excluded.updated_at",
                (today, agent, terminal, repair(text), caret, now),
            )

        return self._database.submit(work)

    def get(self, conversation_id: int, *, agent: str, terminal: str) -> BegunNote | None:
        """Return what an agent has begun: at this terminal, else the newest of another one."""
        connection = self._database.read()
        row = connection.execute(
            "SELECT text, caret, terminal FROM begun_notes WHERE conversation_id = ? AND agent = ?"
            " ORDER BY terminal = ? DESC, updated_at DESC LIMIT 1",
            (survivor(connection, conversation_id), agent, terminal),
        ).fetchone()
        return None if row is None else BegunNote(*row)

    def adopt(self, conversation_id: int, *, agent: str, old: str, new: str) -> Future[None]:
        """Let what was begun at one terminal belong to another one, where there is nothing yet."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE OR IGNORE begun_notes SET terminal = ?"
                " WHERE conversation_id = ? AND agent = ? AND terminal = ?",
                (new, survivor(connection, conversation_id), agent, old),
            )

        return self._database.submit(work)
