"""What an agent has typed and not sent: one draft per agent, terminal and conversation, with its caret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.reply import ReplyState, StoredReply
from cminbox.domain.text import repair
from cminbox.store.conversations import known
from cminbox.store.events import next_change
from cminbox.store.merging import survivor

if TYPE_CHECKING:
    import sqlite3
    from concurrent.futures import Future

    from cminbox.store.database import Database

COLUMNS = (
    "id, conversation_id, account_id, state, text, caret, agent, terminal, send_key, decided_at, hold_until,"
    " interrupted, attempt, next_try_at, reason, remote_id, permalink, created_at, updated_at, tried_at,"
    " doubtful_since, doubts, put_off"
)


class Drafts:
    """Keeps the texts that agents have begun and not sent. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self,
        conversation_id: int,
        text: str,
        *,
        caret: int,
        agent: str,
        terminal: str,
        now: int,
    ) -> None:
        """Keep a draft; an empty text forgets it. On disk when this returns. Raises NotFound."""
        self.save_soon(conversation_id, text, caret=caret, agent=agent, terminal=terminal, now=now).result()

    def save_soon(
        self, conversation_id: int, text: str, *, caret: int, agent: str, terminal: str, now: int
    ) -> Future[None]:
        """As `save`, but nobody waits: on disk when the future is done, which raises what went wrong."""

        def work(connection: sqlite3.Connection) -> None:
            today, account_id = known(connection, conversation_id)
            where = (today, agent, terminal)
            if not text.strip():
                connection.execute(
                    "DELETE FROM replies WHERE conversation_id = ? AND agent = ? AND terminal = ? AND state = 'draft'",
                    where,
                )
            else:
                _upsert(connection, where, account_id, repair(text), caret, now)
            next_change(connection)

        return self._database.submit(work)

    def keep(self, conversation_id: int, text: str, *, agent: str, terminal: str, now: int) -> None:
        """Keep a text that could not be sent, unless there is a draft in its place already. Raises NotFound."""

        def work(connection: sqlite3.Connection) -> None:
            today, account_id = known(connection, conversation_id)
            done = connection.execute(
                "INSERT INTO replies"
                " (conversation_id, account_id, state, text, caret, agent, terminal, created_at, updated_at)"
                " VALUES (?, ?, 'draft', ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (today, account_id, repair(text), len(text), agent, terminal, now, now),
            )
            if done.rowcount:
                next_change(connection)

        self._database.write(work)

    def adopt(self, draft_id: int, *, terminal: str) -> Future[None]:
        """Let a draft belong to another terminal of its agent, where it has none there; done when the future is."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE OR IGNORE replies SET terminal = ? WHERE id = ? AND state = 'draft'", (terminal, draft_id)
            )
            next_change(connection)

        return self._database.submit(work)

    def get(self, conversation_id: int, *, agent: str, terminal: str) -> StoredReply | None:
        """Return an agent's draft: the one of this terminal, else his newest of another one."""
        connection = self._database.read()
        row = connection.execute(
            f"SELECT {COLUMNS} FROM replies WHERE conversation_id = ? AND agent = ? AND state = 'draft'"  # noqa: S608 - constants
            " ORDER BY terminal = ? DESC, updated_at DESC LIMIT 1",
            (survivor(connection, conversation_id), agent, terminal),
        ).fetchone()
        return None if row is None else stored_reply(row)

    def of(self, agent: str) -> list[StoredReply]:
        """Return all drafts of an agent, newest first."""
        rows = self._database.read().execute(
            f"SELECT {COLUMNS} FROM replies WHERE agent = ? AND state = 'draft' ORDER BY updated_at DESC",  # noqa: S608 - constants
            (agent,),
        )
        return [stored_reply(row) for row in rows]


def _upsert(
    connection: sqlite3.Connection, where: tuple[int, str, str], account_id: int, text: str, caret: int, now: int
) -> None:
    connection.execute(
        "INSERT INTO replies (conversation_id, agent, terminal, account_id, state, text, caret, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, 'draft', ?, ?, ?, ?)"
        " ON CONFLICT (conversation_id, agent, terminal) WHERE state = 'draft'"
        " DO UPDATE SET text = excluded.text, caret = excluded.caret, updated_at = excluded.updated_at",
        (*where, account_id, text, caret, now, now),
    )


def stored_reply(row: tuple[Any, ...]) -> StoredReply:
    """Return a row of COLUMNS as a value."""
    return StoredReply(*(*row[:3], ReplyState(row[3]), *row[4:11], bool(row[11]), *row[12:]))
