"""An agent's lease on a conversation, so that two never answer at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.conversation import Claim
from cminbox.store.conversations import known
from cminbox.store.events import next_change
from cminbox.store.merging import survivor

if TYPE_CHECKING:
    import sqlite3
    from concurrent.futures import Future

    from cminbox.store.database import Database

SECONDS = 45


class Claims:
    """Claims as rows with an expiry; `terminal` tells two terminals of one agent apart. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, conversation_id: int, *, agent: str, terminal: str, now: int, take_over: bool = False) -> Claim:
        """Claim or renew; return the claim in force, which is another agent's unless `take_over`. Raises NotFound."""
        return self.take_soon(conversation_id, agent=agent, terminal=terminal, now=now, take_over=take_over).result()

    def take_soon(
        self, conversation_id: int, *, agent: str, terminal: str, now: int, take_over: bool = False
    ) -> Future[Claim]:
        """As `take`, but nobody waits: on disk when the future is done, which raises what went wrong."""

        def work(connection: sqlite3.Connection) -> Claim:
            today, _ = known(connection, conversation_id)
            row = connection.execute(
                "SELECT agent, terminal, since, until FROM claims WHERE conversation_id = ? AND until > ?",
                (today, now),
            ).fetchone()
            current = None if row is None else Claim(*row)
            mine = current is not None and (current.agent, current.terminal) == (agent, terminal)
            if current is not None and not mine and not take_over:
                return current
            since = current.since if current is not None and mine else now
            claim = Claim(agent, terminal, since, now + SECONDS * 1000)
            if current is not None and mine:
                connection.execute("UPDATE claims SET until = ? WHERE conversation_id = ?", (claim.until, today))
                return claim
            connection.execute(
                "INSERT OR REPLACE INTO claims (conversation_id, agent, terminal, since, until, change)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (today, agent, terminal, claim.since, claim.until, _touch(connection, today)),
            )
            return claim

        return self._database.submit(work)

    def give_back(self, conversation_id: int, *, agent: str, terminal: str) -> None:
        """End a claim of one's own."""
        self.give_back_soon(conversation_id, agent=agent, terminal=terminal).result()

    def give_back_soon(self, conversation_id: int, *, agent: str, terminal: str) -> Future[None]:
        """As `give_back`, but nobody waits: on disk when the future is done."""

        def work(connection: sqlite3.Connection) -> None:
            today = survivor(connection, conversation_id)
            done = connection.execute(
                "DELETE FROM claims WHERE conversation_id = ? AND agent = ? AND terminal = ?",
                (today, agent, terminal),
            )
            if today is not None and done.rowcount:
                _touch(connection, today)

        return self._database.submit(work)

    def current(self, conversation_id: int, *, now: int) -> Claim | None:
        """Return the claim in force, None when there is none."""
        connection = self._database.read()
        row = connection.execute(
            "SELECT agent, terminal, since, until FROM claims WHERE conversation_id = ? AND until > ?",
            (survivor(connection, conversation_id), now),
        ).fetchone()
        return None if row is None else Claim(*row)


def _touch(connection: sqlite3.Connection, conversation_id: int) -> int:
    change = next_change(connection)
    connection.execute("UPDATE conversations SET change = ? WHERE id = ?", (change, conversation_id))
    return change
