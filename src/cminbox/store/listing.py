"""The statement of one list: its conditions, its order, and how it is read from a place on in either direction."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from cminbox.domain.filter import Order, order_of
from cminbox.domain.value import dataclass
from cminbox.store.queue_schema import PRIORITY_ORDER

if TYPE_CHECKING:
    import sqlite3

    from cminbox.domain.filter import Filter

_KEYS = {
    Order.DUE: "c.queue_due",
    Order.NEWEST: "c.last_message_at",
    Order.OLDEST: "c.last_message_at",
    Order.PRIORITY: f"({PRIORITY_ORDER})",
}
_FROM = "FROM conversations c JOIN accounts a ON a.id = c.account_id JOIN people p ON p.id = c.person_id"
_NUMBERS = "FROM conversations c"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in an order: its key and its id. Opaque to callers."""

    key: int
    id: int


@dataclass(slots=True)
class Where:
    """The conditions of a list. `driven` says that few rows fit, which are found first and put in order afterwards."""

    order: Order
    clauses: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    driven: bool = False

    @property
    def key(self) -> str:
        """The expression by which the list is ordered."""
        return _KEYS[self.order]

    def follow(self, after: Place, *, rising: bool) -> None:
        """Ask only for what follows a place."""
        held = "+" if self.driven else ""
        self.clauses.append(f"({held}{self.key}, c.id) {'>' if rising else '<'} (:after_key, :after_id)")
        self.values |= {"after_key": after.key, "after_id": after.id}

    def lie_between(self, first: Place, last: Place) -> None:
        """Ask only for what lies from one place to another."""
        low, high = sorted(((first.key, first.id), (last.key, last.id)))
        self.clauses.append(f"({self.key}, c.id) BETWEEN (:low_key, :low_id) AND (:high_key, :high_id)")
        self.values |= {"low_key": low[0], "low_id": low[1], "high_key": high[0], "high_id": high[1]}

    def statement(self, columns: str, *, rising: bool, limit: int | None = None) -> str:
        """Return the statement that reads these columns and the key in the order of the list, or against it.

        Where few rows fit their numbers are put in order first, so that nothing is read of those beyond the limit.
        """
        most = "" if limit is None else " LIMIT :limit"
        if limit is not None:
            self.values["limit"] = limit
        conditions = " AND ".join(self.clauses) or "1"
        if not self.driven:
            return f"SELECT {columns}, {self.key} {_FROM} WHERE {conditions} {self._sorted(rising=rising)}{most}"
        few = f"SELECT c.id {_NUMBERS} WHERE {conditions} {self._sorted(rising=rising)}{most}"
        return f"SELECT {columns}, {self.key} {_FROM} WHERE c.id IN ({few}) {self._sorted(rising=rising)}"

    def numbers(self, *, rising: bool, limit: int | None = None) -> str:
        """Return the statement that reads the numbers of conversations and their keys, without anything else."""
        most = "" if limit is None else " LIMIT :limit"
        if limit is not None:
            self.values["limit"] = limit
        conditions = " AND ".join(self.clauses) or "1"
        return f"SELECT c.id, {self.key} {_NUMBERS} WHERE {conditions} {self._sorted(rising=rising)}{most}"

    def _sorted(self, *, rising: bool) -> str:
        way = "ASC" if rising else "DESC"
        # The sign keeps SQLite from walking along the index of the order in search of the few.
        held = "+" if self.driven else ""
        return f"ORDER BY {held}{self.key} {way}, {held}c.id {way}"


def where(connection: sqlite3.Connection, wanted: Filter | None, *, agent: str, now: int, narrow: bool = True) -> Where:
    """Return the conditions of a list; see `cminbox.store.searching`, which is loaded when something is asked for.

    `now` is UTC milliseconds.
    """
    found = Where(order_of(wanted), values={"now": now})
    if wanted is None or wanted.waiting:
        found.clauses.append("c.queue_due IS NOT NULL")
    if wanted is not None and wanted.selective:
        from cminbox.store.searching import add_conditions  # noqa: PLC0415 - not before the first paint

        add_conditions(connection, found, wanted, agent=agent, now=now, narrow=narrow)
    return found
