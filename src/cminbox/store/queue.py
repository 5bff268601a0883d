"""The queue: pages in the order of their due time, read along an index at the same cost whatever its length."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from cminbox.domain.conversation import Priority, QueueRow, Status, Target
from cminbox.domain.message import Kind, Person
from cminbox.domain.reply import ReplyState
from cminbox.domain.text import repair
from cminbox.domain.value import dataclass
from cminbox.store.policies import book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cminbox.domain.filter import Filter
    from cminbox.store.database import Database

_ROW = """
SELECT c.id, a.network, a.name, c.kind, p.remote_id, p.handle, p.name, p.followers, c.text, c.status, c.assignee,
       (SELECT group_concat(tag, char(31)) FROM (SELECT tag FROM tags WHERE conversation_id = c.id ORDER BY tag)),
       c.priority, c.waiting_since, c.due, c.target, c.unanswered,
       (SELECT agent FROM claims WHERE conversation_id = c.id AND until > :now),
       c.snoozed_until, c.last_message_at, c.reply_state, c.queue_due, c.clock_start, c.warn_at, c.urgent_at, c.late_at,
       c.time_left, c.again_at, c.policy_id, c.flagged
FROM conversations c JOIN accounts a ON a.id = c.account_id JOIN people p ON p.id = c.person_id
"""
_PRESSING = """
SELECT count(*) FILTER (WHERE late_at < :now), count(*) FILTER (WHERE urgent_at <= :now)
FROM conversations INDEXED BY queue WHERE queue_due IS NOT NULL AND queue_due <= :horizon
"""
_TODAY = "coalesce((SELECT into_id FROM merged WHERE id = :id), :id)"
_LAST_MESSAGE_AT, _QUEUE_DUE = 19, 21
_LONGEST_PATTERN = 1000
_TAG_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in an order: its key and its id. Opaque to callers."""

    key: int
    id: int


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
    """Reads the queue and every other list of conversations."""

    def __init__(self, database: Database, agent: str = "") -> None:
        self._database = database
        self._agent = agent

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

        The queue is ordered by due time; lists that are not the queue (`is:done`, `is:all` ...) newest first.
        `backwards` gives the rows right before the place instead, the last ones without it, in the same order.
        `now` (UTC milliseconds) decides what is late; the clock's by default.
        """
        clauses, values = _conditions(wanted, self._agent)
        in_queue = _by_due(wanted)
        key = "c.queue_due" if in_queue else "c.last_message_at"
        rising = in_queue is not backwards
        order = "ASC" if rising else "DESC"
        if after is not None:
            clauses.append(f"({key}, c.id) {'>' if rising else '<'} (:after_key, :after_id)")
            values |= {"after_key": after.key, "after_id": after.id}
        sql = f"{_ROW} WHERE {' AND '.join(clauses)} ORDER BY {key} {order}, c.id {order} LIMIT :limit"
        values |= {"limit": limit, "now": _now() if now is None else now}
        rows = self._database.read().execute(sql, values)
        key_column = _QUEUE_DUE if in_queue else _LAST_MESSAGE_AT
        placed = [Placed(_queue_row(row), Place(row[key_column], row[0])) for row in rows]
        return placed[::-1] if backwards else placed

    def ids(
        self, wanted: Filter | None = None, *, between: tuple[Place, Place] | None = None, now: int | None = None
    ) -> list[int]:
        """Return the number of every conversation in a list, or of those from one place to another, in their order."""
        clauses, values = _conditions(wanted, self._agent)
        in_queue = _by_due(wanted)
        key = "c.queue_due" if in_queue else "c.last_message_at"
        if between is not None:
            low, high = sorted((one.key, one.id) for one in between)
            clauses.append(f"({key}, c.id) BETWEEN (:low_key, :low_id) AND (:high_key, :high_id)")
            values |= {"low_key": low[0], "low_id": low[1], "high_key": high[0], "high_id": high[1]}
        order = "ASC" if in_queue else "DESC"
        sql = (
            "SELECT c.id FROM conversations c JOIN people p ON p.id = c.person_id"  # noqa: S608 - constants
            f" WHERE {' AND '.join(clauses)} ORDER BY {key} {order}, c.id {order}"
        )
        values["now"] = _now() if now is None else now
        return [row[0] for row in self._database.read().execute(sql, values)]

    def place(self, conversation_id: int, wanted: Filter | None = None) -> Place | None:
        """Return where a conversation stands in the order of a list, None when it does not stand in the queue."""
        key = "queue_due" if _by_due(wanted) else "last_message_at"
        found = (
            self._database.read()
            .execute(
                f"SELECT {key}, id FROM conversations WHERE id = {_TODAY}",  # noqa: S608 - constants
                {"id": conversation_id},
            )
            .fetchone()
        )
        return None if found is None or found[0] is None else Place(*found)

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

    def in_queue(self, ids: Sequence[int]) -> set[int]:
        """Return which of these conversations stand in the queue now."""
        marks = ", ".join(str(int(one)) for one in ids)
        sql = f"SELECT id FROM conversations WHERE queue_due IS NOT NULL AND id IN ({marks})"  # noqa: S608 - integers
        return {row[0] for row in self._database.read().execute(sql)}

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

    def counts(self, *, now: int | None = None) -> Counts:
        """Return how many conversations wait, by kind and account, and in each status."""
        connection = self._database.read()
        kept: dict[tuple[str, str], int] = {
            (scope, value): n for scope, value, n in connection.execute("SELECT scope, value, n FROM counters")
        }
        now = _now() if now is None else now
        late, at_risk = connection.execute(_PRESSING, {"now": now, "horizon": book(connection).horizon(now)}).fetchone()
        return Counts(
            queue=kept.get(("queue", "all"), 0),
            late=late,
            at_risk=at_risk,
            kinds={kind: kept.get(("queue kind", kind.value), 0) for kind in Kind},
            accounts={int(value): n for (scope, value), n in kept.items() if scope == "queue account"},
            statuses={status: kept.get(("status", status.value), 0) for status in Status},
        )


def _by_due(wanted: Filter | None) -> bool:
    """Whether a list is the queue or a part of it, in the order of due times; others are newest first."""
    return wanted is None or (wanted.status is None and not wanted.everything)


class _Where:
    """Conditions and their values; nothing that a person typed becomes SQL."""

    def __init__(self) -> None:
        self.clauses: list[str] = []
        self.values: dict[str, Any] = {}

    def any_of(self, clause: str, many: Sequence[str]) -> None:
        """Ask that one of `many` fits the clause, each in place of its `?`; none asks for nothing."""
        parts = []
        for value in many:
            name = f"v{len(self.values)}"
            self.values[name] = repair(value)
            parts.append(clause.replace("?", f":{name}"))
        if parts:
            self.clauses.append(f"({' OR '.join(parts)})")


def _conditions(wanted: Filter | None, agent: str) -> tuple[list[str], dict[str, Any]]:
    if wanted is None:
        return ["c.queue_due IS NOT NULL"], {}
    where = _Where()
    if wanted.status is not None:
        where.any_of("c.status = ?", [wanted.status.value])
    elif not wanted.everything:
        where.clauses.append("c.queue_due IS NOT NULL")
    networks = [_like(name) for name in wanted.networks]
    where.any_of("c.account_id IN (SELECT id FROM accounts WHERE network LIKE ? ESCAPE '\\')", networks)
    where.any_of("c.account_id IN (SELECT id FROM accounts WHERE name = ?)", wanted.accounts)
    where.any_of("c.kind = ?", [kind.value for kind in wanted.kinds])
    people = [f"%{_like(part)}" for part in wanted.people]
    where.any_of("(p.handle LIKE ? ESCAPE '\\' OR p.name LIKE ? ESCAPE '\\')", people)
    for tag in wanted.tags:
        where.any_of("c.id IN (SELECT conversation_id FROM tags WHERE tag = ?)", [tag])
    for word in wanted.words:
        where.any_of(_SAID, [_phrase(word)])
    if wanted.ids:
        where.any_of("c.id IN (SELECT value FROM json_each(?))", [json.dumps(wanted.ids)])
    if wanted.mine:
        where.any_of("c.assignee = ?", [agent])
    flags = {"c.late_at < :now": wanted.late, "c.assignee IS NULL": wanted.free}
    where.clauses += [clause for clause, asked in flags.items() if asked]
    return where.clauses or ["1"], where.values


_SAID = (
    "c.id IN (SELECT m.conversation_id FROM messages m WHERE m.id IN"
    " (SELECT rowid FROM messages_text WHERE messages_text MATCH ?))"
)


def _phrase(word: str) -> str:
    """Return a word as an FTS5 string with a free end, so that no search syntax of a person reaches FTS5."""
    return '"' + word.replace('"', '""').replace("\x00", "") + '" *'


def _like(text: str) -> str:
    return text[:_LONGEST_PATTERN].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


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
        clock_start=row[22],
        warn_at=row[23],
        urgent_at=row[24],
        late_at=row[25],
        time_left=row[26],
        again_at=row[27],
        policy_id=row[28],
        flagged=bool(row[29]),
    )
