"""What waits for an instant of the wall's clock, and what becomes of it when that clock is set back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.store.events import next_change

if TYPE_CHECKING:
    import sqlite3

    from cminbox.store.database import Database

_MOVED = (
    "UPDATE replies SET hold_until = hold_until - ? WHERE state = 'held' AND hold_until IS NOT NULL",
    "UPDATE replies SET next_try_at = next_try_at - ? WHERE state IN ('queued', 'unknown') AND next_try_at IS NOT NULL",
    "UPDATE acts SET next_try_at = next_try_at - ? WHERE state = 'queued'",
    "UPDATE claims SET until = until - ?",
    "UPDATE whereabouts SET until = until - ?",
)


def clock_set_back(database: Database, milliseconds: int) -> None:
    """Let holds, next attempts, looks and claims end as soon as they would have, had the clock not been set back.

    What a person has chosen by the clock, such as the end of a snooze, stays.
    """

    def work(connection: sqlite3.Connection) -> None:
        for statement in _MOVED:
            connection.execute(statement, (milliseconds,))
        next_change(connection)

    database.write(work)
