"""Who may do what only one process at a time may do: sync and send for a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import StoreProblem
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    import sqlite3

    from cminbox.store.database import Database

SYNC = "sync"


class LeaseLost(StoreProblem):
    """Another process does the work now; whatever was about to begin must not."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a lease and until when (UTC milliseconds). `wanted` and `finished` count asked-for cycles.

    `host` names the machine on which `pid` means something.
    """

    holder: str
    host: str
    pid: int
    until: int
    wanted: int
    finished: int


class Leases:
    """Leases as rows with an expiry. `now` is UTC milliseconds, `seconds` for how long one is taken."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self,
        name: str,
        *,
        holder: str,
        host: str,
        pid: int,
        now: int,
        seconds: int,
        instead_of: str | None = None,
    ) -> bool:
        """Take or renew a lease; False when another holds it. `holder` names one run of one process.

        `instead_of` is a holder that is known to be dead: its lease need not expire first.
        """

        def work(connection: sqlite3.Connection) -> bool:
            done = connection.execute(
                "INSERT INTO leases (name, holder, host, pid, until) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET holder = excluded.holder, host = excluded.host, pid = excluded.pid,"
                " until = excluded.until WHERE holder = excluded.holder OR holder IS ? OR until <= ?",
                (name, holder, host, pid, now + seconds * 1000, instead_of, now),
            )
            return bool(done.rowcount)

        return self._database.write(work)

    def renew(self, name: str, *, holder: str, now: int, seconds: int) -> bool:
        """Extend a lease; False when `holder` has lost it. A lease that ran out but that nobody took is still held."""

        def work(connection: sqlite3.Connection) -> bool:
            done = connection.execute(
                "UPDATE leases SET until = ? WHERE name = ? AND holder = ?", (now + seconds * 1000, name, holder)
            )
            return bool(done.rowcount)

        return self._database.write(work)

    def give_back(self, name: str, *, holder: str) -> None:
        """End a lease that `holder` holds."""
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE leases SET until = 0, holder = '' WHERE name = ? AND holder = ?",
                (name, holder),
            ),
        )

    def current(self, name: str, *, now: int) -> Lease | None:
        """Return the lease in force, None when nobody holds it."""
        row = (
            self._database.read()
            .execute(
                "SELECT holder, host, pid, until, wanted, finished FROM leases WHERE name = ? AND until > ?",
                (name, now),
            )
            .fetchone()
        )
        return None if row is None else Lease(*row)

    def want(self, name: str) -> int:
        """Ask the holder for a cycle; return the number that `finished` reaches when it is done."""

        def work(connection: sqlite3.Connection) -> int:
            row = connection.execute(
                "UPDATE leases SET wanted = wanted + 1 WHERE name = ? RETURNING wanted",
                (name,),
            ).fetchone()
            return 0 if row is None else int(row[0])

        return self._database.write(work)

    def wanted(self, name: str) -> tuple[int, int]:
        """Return how many cycles were asked for and how many of them are finished."""
        row = self._database.read().execute("SELECT wanted, finished FROM leases WHERE name = ?", (name,)).fetchone()
        return (0, 0) if row is None else (row[0], row[1])

    def finish(self, name: str, cycle: int) -> None:
        """Record that everything asked for up to `cycle` is done."""
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE leases SET finished = max(finished, ?) WHERE name = ?",
                (cycle, name),
            ),
        )


def check_held(connection: sqlite3.Connection, *, holder: str) -> None:
    """Raise LeaseLost unless `holder` holds the lease for syncing. Called inside the transaction that relies on it.

    A lease that ran out while nobody took it is still held: clocks jump and machines sleep.
    """
    held = connection.execute("SELECT 1 FROM leases WHERE name = ? AND holder = ?", (SYNC, holder)).fetchone()
    if held is None:
        raise LeaseLost(say("Another process syncs and sends for this workspace now"))
