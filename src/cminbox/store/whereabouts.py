"""Where everybody is: which conversation each screen shows, and whether its agent writes; renewed while it lives.

What a screen leaves behind when its terminal goes away or its process dies is where its agent goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.conversation import Presence
from cminbox.domain.value import dataclass
from cminbox.store.merging import survivor
from cminbox.store.orphans import free_claims, interrupt_held

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from concurrent.futures import Future

    from cminbox.store.database import Database

SECONDS = 45
_OTHERS = """
SELECT agent, terminal, since, writing OR EXISTS (
    SELECT 1 FROM claims c WHERE c.conversation_id = :id AND c.until > :now
    AND c.agent = w.agent AND c.terminal = w.terminal
) FROM whereabouts w
WHERE conversation_id = :id AND until > :now AND (agent <> :agent OR terminal <> :terminal)
ORDER BY 4 DESC, since, agent
"""
_STAY_OVER = "UPDATE whereabouts SET until = min(until, :now) WHERE agent = :agent AND terminal = :terminal"
_STAY_GONE = "DELETE FROM whereabouts WHERE agent = :agent AND terminal = :terminal"


@dataclass(frozen=True, slots=True)
class Stay:
    """Where an agent's screen is or was. `holder`, `host` and `pid` tell its process; times are UTC milliseconds.

    `until` is in the future while the screen lives, and for a while after its process died.
    """

    terminal: str
    conversation_id: int | None
    view: str
    writing: bool
    holder: str
    host: str
    pid: int
    since: int
    until: int


class Whereabouts:
    """Keeps one row per agent and terminal. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, agent: str) -> list[Stay]:
        """Return where an agent's screens are or were, the newest sign of life first."""
        rows = self._database.read().execute(
            "SELECT terminal, coalesce((SELECT into_id FROM merged WHERE id = conversation_id), conversation_id), view,"
            " writing, holder, host, pid, since, until FROM whereabouts WHERE agent = ? ORDER BY until DESC, terminal",
            (agent,),
        )
        return [
            Stay(terminal, where, view, bool(writing), holder, host, pid, since, until)
            for terminal, where, view, writing, holder, host, pid, since, until in rows
        ]

    def arrive(
        self, agent: str, terminal: str, *, holder: str, host: str, pid: int, now: int, instead_of: Collection[str] = ()
    ) -> None:
        """Begin to be somewhere; the agent's screens at the terminals `instead_of` have ended and are forgotten."""

        def work(connection: sqlite3.Connection) -> None:
            for one in instead_of:
                connection.execute("DELETE FROM whereabouts WHERE agent = ? AND terminal = ?", (agent, one))
                free_claims(connection, agent, one)
                interrupt_held(connection, agent, one, now)
            connection.execute(
                "INSERT OR REPLACE INTO whereabouts (agent, terminal, holder, host, pid, since, until)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (agent, terminal, holder, host, pid, now, now + SECONDS * 1000),
            )

        self._database.write(work)

    def be_at(
        self, agent: str, terminal: str, conversation_id: int | None, *, view: str, writing: bool, now: int
    ) -> Future[None]:
        """Say where one is, or that one is still there; on disk when the future is done."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE whereabouts SET since = CASE WHEN conversation_id IS :id THEN since ELSE :now END,"
                " conversation_id = :id, view = :view, writing = :writing, until = :until"
                " WHERE agent = :agent AND terminal = :terminal",
                {
                    "id": None if conversation_id is None else survivor(connection, conversation_id),
                    "view": view,
                    "writing": writing,
                    "now": now,
                    "until": now + SECONDS * 1000,
                    "agent": agent,
                    "terminal": terminal,
                },
            )

        return self._database.submit(work)

    def others(self, conversation_id: int, *, agent: str, terminal: str, now: int) -> list[Presence]:
        """Return who else is at a conversation, those who write first."""
        values = {"id": conversation_id, "agent": agent, "terminal": terminal, "now": now}
        rows = self._database.read().execute(_OTHERS, values)
        return [Presence(who, where, since, bool(writing)) for who, where, since, writing in rows]

    def leave(self, agent: str, terminal: str, *, now: int, to_come_back: bool) -> None:
        """End a stay and what was claimed there; with `to_come_back` the stay is kept for the agent's next screen."""
        values = {"agent": agent, "terminal": terminal, "now": now}

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(_STAY_OVER if to_come_back else _STAY_GONE, values)
            free_claims(connection, agent, terminal)
            if to_come_back:
                interrupt_held(connection, agent, terminal, now)

        self._database.write(work)

    def living(self, now: int) -> list[tuple[str, Stay]]:
        """Return every stay that has not ended as far as one knows, with its agent."""
        rows = self._database.read().execute(
            "SELECT agent, terminal, conversation_id, view, writing, holder, host, pid, since, until FROM whereabouts"
            " WHERE until > ?",
            (now,),
        )
        return [
            (agent, Stay(terminal, where, view, bool(writing), holder, host, pid, since, until))
            for agent, terminal, where, view, writing, holder, host, pid, since, until in rows
        ]

    def bury(self, agent: str, terminal: str, holder: str, *, now: int) -> Future[None]:
        """End the stay of a process that is dead: its claims are free, what it held waits for a person.

        Where another process has come to the same terminal meanwhile nothing is done. Nobody waits for it.
        """

        def work(connection: sqlite3.Connection) -> None:
            done = connection.execute(
                "UPDATE whereabouts SET until = ? WHERE agent = ? AND terminal = ? AND holder = ? AND until > ?",
                (now, agent, terminal, holder, now),
            )
            if done.rowcount:
                free_claims(connection, agent, terminal)
                interrupt_held(connection, agent, terminal, now)

        return self._database.submit(work)
