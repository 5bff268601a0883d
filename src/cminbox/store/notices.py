"""What was announced of response times: one row per conversation, wait and stage, so that nothing is said twice.

A row is written before anybody is told, in one transaction that takes each stage but once. Restarts, several processes
and clocks that jump cannot bring it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.conversation import Target
from cminbox.domain.value import dataclass
from cminbox.sla.clocks import courses
from cminbox.sla.faults import NeverOpenError
from cminbox.sla.stages import Notice, marks
from cminbox.store.clock_events import story
from cminbox.store.policies import book

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from cminbox.sla.stages import Marks
    from cminbox.store.database import Database

BATCH = 100
_ANNOUNCE = """
INSERT OR IGNORE INTO notices (conversation_id, target, start, notice, reached_at, announced_at, hook)
VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id, conversation_id, target, start, notice, reached_at, announced_at
"""
_COLUMNS = "id, conversation_id, target, start, notice, reached_at, announced_at"


@dataclass(frozen=True, slots=True)
class Announced:
    """A stage that a wait has reached. Times are UTC milliseconds: of the wait's start, of the stage, of the row."""

    id: int
    conversation_id: int
    target: Target
    start: int
    notice: Notice
    reached_at: int
    announced_at: int


class Notices:
    """Announces stages and remembers what was announced. `now` is UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reach(self, *, now: int, hook: bool, limit: int = BATCH) -> list[Announced]:
        """Announce what clocks have reached by now, in one transaction; return it, the oldest stage first.

        `hook` says that a command is to be told. Costs a look at an index when there is nothing.
        """
        if not _due(self._database.read(), now, 1):
            return []
        return self._database.write(lambda connection: _reach(connection, now, limit, hook=hook))

    def newest(self) -> int:
        """Return the number of the newest announcement, 0 when there is none."""
        (newest,) = self._database.read().execute("SELECT coalesce(max(id), 0) FROM notices").fetchone()
        return int(newest)

    def since(self, number: int, limit: int = BATCH) -> list[Announced]:
        """Return what was announced after a number, the oldest first."""
        return self._select("id > ? ORDER BY id LIMIT ?", (number, limit))

    def untold(self, limit: int = BATCH, *, but: Sequence[int] = ()) -> list[Announced]:
        """Return what a command has still to be told, the oldest first; of the conversations in `but` nothing."""
        rows = self._select("hook = 'due' ORDER BY id LIMIT ?", (limit,))
        return [one for one in rows if one.conversation_id not in but]

    def told(self, number: int, outcome: str) -> None:
        """Record how telling a command ended; one that did not even begin is told again."""
        self._database.write(
            lambda connection: connection.execute(
                "UPDATE notices SET hook = ? WHERE id = ? AND hook = 'begun'", (outcome, number)
            )
        )

    def _select(self, where: str, values: tuple[int, ...]) -> list[Announced]:
        rows = self._database.read().execute(f"SELECT {_COLUMNS} FROM notices WHERE {where}", values)  # noqa: S608 - constants
        return [_announced(row) for row in rows]


def _due(connection: sqlite3.Connection, now: int, limit: int) -> list[int]:
    rows = connection.execute(
        "SELECT id FROM conversations WHERE notice_at <= ? ORDER BY notice_at, id LIMIT ?", (now, limit)
    )
    return [row[0] for row in rows]


def _reach(connection: sqlite3.Connection, now: int, limit: int, *, hook: bool) -> list[Announced]:
    found: list[Announced] = []
    for conversation_id in _due(connection, now, limit):
        reached: list[tuple[int, Target, int, Notice]] = []
        to_come: list[int] = []
        for target, start, one in _running(connection, conversation_id, now):
            for notice, at in one.notices().items():
                if at <= now:
                    reached.append((at, target, start, notice))
                else:
                    to_come.append(at)
        for at, target, start, notice in sorted(reached, key=lambda row: row[0]):
            values = (conversation_id, target.value, start, notice.value, at, now, "due" if hook else None)
            row = connection.execute(_ANNOUNCE, values).fetchone()
            if row is not None:
                found.append(_announced(row))
        connection.execute(
            "UPDATE conversations SET notice_at = ? WHERE id = ?", (min(to_come, default=None), conversation_id)
        )
    return found


def _running(connection: sqlite3.Connection, conversation_id: int, now: int) -> Iterator[tuple[Target, int, Marks]]:
    """Yield the clocks that run, with their starts and stages; one that stands still has nothing to announce."""
    policies = book(connection)
    told = story(connection, conversation_id, policies)
    for many in courses(told.events, told.policy, max(now, told.latest)).values():
        for course in many[-1:]:
            try:
                found = marks(course, policies.stages)
            except NeverOpenError:
                continue
            if found is not None:
                yield course.target, course.start, found


def _announced(row: tuple[int, int, str, int, str, int, int]) -> Announced:
    number, conversation_id, target, start, notice, reached_at, announced_at = row
    return Announced(number, conversation_id, Target(target), start, Notice(notice), reached_at, announced_at)
