"""The queue and other lists: pages in their order, read along an index at the same cost whatever their length."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from cminbox.domain.conversation import Priority, QueueRow, Status, Target
from cminbox.domain.filter import order_of
from cminbox.domain.message import Kind, Person
from cminbox.domain.reply import ReplyState
from cminbox.domain.value import dataclass
from cminbox.store.listing import Place, where
from cminbox.store.patience import bounded
from cminbox.store.policies import book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cminbox.domain.filter import Filter
    from cminbox.store.database import Database

_COLUMNS = """
c.id, a.network, a.name, c.kind, p.remote_id, p.handle, p.name, p.followers, c.text, c.status, c.assignee,
(SELECT group_concat(tag, char(31)) FROM (SELECT tag FROM tags WHERE conversation_id = c.id ORDER BY tag)),
c.priority, c.waiting_since, c.due, c.target, c.unanswered,
(SELECT agent FROM claims WHERE conversation_id = c.id AND until > :now),
c.snoozed_until, c.last_message_at, c.reply_state, c.clock_start, c.warn_at, c.urgent_at, c.late_at,
c.time_left, c.again_at, c.policy_id, c.flagged
"""
_ROW = f"""
SELECT {_COLUMNS}
FROM conversations c JOIN accounts a ON a.id = c.account_id JOIN people p ON p.id = c.person_id
"""  # noqa: S608 - constants
COUNTED = 10_000
"""What is late or nearly so is counted up to here: nobody needs to know more, and counting costs time."""
_PRESSING = f"""
SELECT count(*) FILTER (WHERE late), count(*) FROM (
    SELECT late_at < :now AS late FROM conversations INDEXED BY queue
    WHERE queue_due IS NOT NULL AND queue_due <= :horizon AND (urgent_at <= :now OR late_at < :now) LIMIT {COUNTED}
)
"""  # noqa: S608 - a number
_TODAY = "coalesce((SELECT into_id FROM merged WHERE id = :id), :id)"
_TAG_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its place, to ask for what follows it."""

    row: QueueRow
    place: Place


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations there are, from kept counters. `late` and `at_risk` are counted along the index.

    Those at risk are late, or urgent by the rules of their policy.
    """

    queue: int
    late: int
    at_risk: int
    kinds: Mapping[Kind, int]
    accounts: Mapping[int, int]
    statuses: Mapping[Status, int]


class Queue:
    """Reads the queue and every other list of conversations. `now` is UTC milliseconds."""

    def __init__(self, database: Database, agent: str = "", *, patience: float | None = None) -> None:
        """Read for an agent. What looks through more than `patience` seconds allow is given up; None allows all."""
        self._database = database
        self._agent = agent
        self._patience = patience

    def page(
        self,
        wanted: Filter | None = None,
        *,
        after: Place | None = None,
        backwards: bool = False,
        limit: int = 200,
        now: int | None = None,
    ) -> list[Placed]:
        """Return at most `limit` rows after a place, the first ones without it.

        The queue is ordered by due time unless the filter asks for another order; lists that are not the queue
        (`is:done`, `is:all` ...) newest first. `backwards` gives the rows right before the place instead, the last
        ones without it, in the same order. `now` (UTC milliseconds) decides what is late; the clock's by default.
        """
        connection = self._database.read()
        with bounded(connection, None if wanted is None else self._patience):
            found = where(connection, wanted, agent=self._agent, now=_now() if now is None else now)
            rising = found.order.rising is not backwards
            if after is not None:
                found.follow(after, rising=rising)
            rows = connection.execute(found.statement(_COLUMNS, rising=rising, limit=limit), found.values).fetchall()
        placed = [Placed(_queue_row(row), Place(row[-1], row[0])) for row in rows]
        return placed[::-1] if backwards else placed

    def ids(
        self,
        wanted: Filter | None = None,
        *,
        between: tuple[Place, Place] | None = None,
        limit: int | None = None,
        now: int | None = None,
    ) -> list[int]:
        """Return the number of every conversation in a list, or of those from one place to another, in their order."""
        connection = self._database.read()
        found = where(connection, wanted, agent=self._agent, now=_now() if now is None else now)
        if between is not None:
            found.lie_between(*between)
        statement = found.numbers(rising=found.order.rising, limit=limit)
        return [row[0] for row in connection.execute(statement, found.values)]

    def count(self, wanted: Filter, most: int, *, now: int | None = None) -> int:
        """Return how many conversations a list holds, `most` for that many or more."""
        connection = self._database.read()
        with bounded(connection, self._patience):
            found = where(connection, wanted, agent=self._agent, now=_now() if now is None else now)
            statement = found.numbers(rising=found.order.rising, limit=most)
            return len(connection.execute(statement, found.values).fetchall())

    def among(self, ids: Sequence[int], wanted: Filter | None = None, *, now: int | None = None) -> set[int]:
        """Return which of these conversations a list holds now."""
        connection = self._database.read()
        present = _now() if now is None else now
        found = where(connection, wanted, agent=self._agent, now=present, narrow=False)
        found.clauses.append(f"c.id IN ({', '.join(str(int(one)) for one in ids)})")
        found.driven = True
        statement = found.numbers(rising=found.order.rising)
        return {row[0] for row in connection.execute(statement, found.values)}

    def place(self, conversation_id: int, wanted: Filter | None = None) -> Place | None:
        """Return where a conversation stands in the order of a list, None when it does not stand in the queue."""
        found = where(self._database.read(), None, agent=self._agent, now=0)
        found.order = order_of(wanted)
        found.clauses = [f"c.id = {_TODAY}"]
        found.values = {"id": conversation_id}
        row = self._database.read().execute(found.numbers(rising=True), found.values).fetchone()
        return None if row is None or row[1] is None else Place(row[1], row[0])

    def row(self, conversation_id: int, *, now: int | None = None) -> QueueRow | None:
        """Return one conversation as a row, None when there is none; a merged number stands for the other one."""
        values = {"id": conversation_id, "now": _now() if now is None else now}
        row = self._database.read().execute(f"{_ROW} WHERE c.id = {_TODAY}", values).fetchone()
        return None if row is None else _queue_row(row)

    def rows(self, ids: Sequence[int], *, now: int | None = None) -> dict[int, QueueRow]:
        """Return several conversations as rows, by id."""
        marks = ", ".join(str(int(one)) for one in ids)
        values = {"now": _now() if now is None else now}
        found = self._database.read().execute(f"{_ROW} WHERE c.id IN ({marks})", values)
        return {row[0]: _queue_row(row) for row in found}

    def changed_since(self, change: int, limit: int = 1000) -> tuple[int, list[int]]:
        """Return the newest change number, and the ids of conversations changed after `change`, oldest first.

        A conversation that was merged into another counts as changed; `rows` no longer knows it.
        """
        connection = self._database.read()
        (newest,) = connection.execute("SELECT value FROM facts WHERE name = 'change'").fetchone()
        rows = connection.execute(
            "SELECT id FROM (SELECT id, change FROM conversations WHERE change > :change"
            " UNION ALL SELECT id, change FROM merged WHERE change > :change) ORDER BY change LIMIT :limit",
            {"change": change, "limit": limit},
        )
        return newest, [row[0] for row in rows]

    def counts(self, *, now: int | None = None, pressing: tuple[int, int] | None = None) -> Counts:
        """Return how many conversations wait, by kind and account, and in each status.

        What is late or at risk is counted along the index, up to a bound, unless it is given as `pressing`.
        """
        connection = self._database.read()
        kept: dict[tuple[str, str], int] = {
            (scope, value): n for scope, value, n in connection.execute("SELECT scope, value, n FROM counters")
        }
        now = _now() if now is None else now
        if pressing is None:
            kinds = {value for (scope, value), n in kept.items() if scope == "queue kind" and n}
            horizon = book(connection).horizon(now, kinds)
            pressing = connection.execute(_PRESSING, {"now": now, "horizon": horizon}).fetchone()
        late, at_risk = pressing
        return Counts(
            queue=kept.get(("queue", "all"), 0),
            late=late,
            at_risk=at_risk,
            kinds={kind: kept.get(("queue kind", kind.value), 0) for kind in Kind},
            accounts={int(value): n for (scope, value), n in kept.items() if scope == "queue account"},
            statuses={status: kept.get(("status", status.value), 0) for status in Status},
        )


def _now() -> int:
    return time.time_ns() // 1_000_000


def _queue_row(row: tuple[Any, ...]) -> QueueRow:
    return QueueRow(
        id=row[0],
        network=row[1],
        account=row[2],
        kind=Kind(row[3]),
        person=Person(row[4], row[5], row[6], row[7]),
        text=row[8],
        status=Status(row[9]),
        assignee=row[10],
        tags=tuple(row[11].split(_TAG_SEPARATOR)) if row[11] else (),
        priority=Priority(row[12]),
        waiting_since=row[13],
        due=row[14],
        target=None if row[15] is None else Target(row[15]),
        unanswered=row[16],
        claimed_by=row[17],
        snoozed_until=row[18],
        last_message_at=row[19],
        reply_state=None if row[20] is None else ReplyState(row[20]),
        clock_start=row[21],
        warn_at=row[22],
        urgent_at=row[23],
        late_at=row[24],
        time_left=row[25],
        again_at=row[26],
        policy_id=row[27],
        flagged=bool(row[28]),
    )
