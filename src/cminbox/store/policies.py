"""The response-time policies in force, kept with every one that was: a clock is judged by those it ran under.

They are data of the workspace, not of a process: whoever opens it with other settings puts a new list in force, and
all processes judge by the newest list from their next transaction on.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cminbox.domain.message import Kind
from cminbox.sla import forms
from cminbox.sla.faults import NeverOpenError
from cminbox.sla.policies import Facts, Rule, first, rule
from cminbox.sla.stages import StageRules
from cminbox.store.events import next_change, record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence

    from cminbox.sla.calendar import Calendar
    from cminbox.store.database import Database

NONE_APPLIES = 0
"""Stands for the policy of a conversation that none fits."""
_NEWEST = "SELECT version, stages, policies FROM response_times ORDER BY version DESC LIMIT 1"


class Book:
    """The policies as one connection knows them. What was read once is kept: a policy's row never changes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._checked = -1
        self._rules: dict[int, Rule | None] = {NONE_APPLIES: None}
        self._calendars: dict[str, Calendar] = {}
        self.version = 0
        self.ids: tuple[int, ...] = ()
        self.in_force: tuple[Rule, ...] = ()
        self.stages = StageRules()
        self.needs: frozenset[str] = frozenset()
        """The names of the facts that any policy in force looks at."""
        self.by_kind: Mapping[str, int] = {}
        """The fitting policy by the kind of a conversation, where policies look at nothing else."""

    def refreshed(self, change: int | None = None) -> Book:
        """Return this book, brought up to date; within the transaction of one change it is looked at once."""
        if change is not None and change == self._checked:
            return self
        self._checked = -1 if change is None else change
        (newest,) = self._connection.execute("SELECT max(version) FROM response_times").fetchone()
        if newest != self.version:
            self._read()
        return self

    def policy(self, policy_id: int | None) -> Rule | None:
        """Return a policy that is or was in force, None for the one that stands for none."""
        if policy_id is None:
            return None
        if policy_id not in self._rules:
            row = self._connection.execute("SELECT definition FROM policies WHERE id = ?", (policy_id,)).fetchone()
            # One that a damaged database has lost is as good as none.
            self._rules[policy_id] = None if row is None else self._rule(json.loads(row[0]))
        return self._rules[policy_id]

    def known(self) -> list[Rule]:
        """Return the policies that were read so far."""
        return [one for one in self._rules.values() if one is not None]

    def definition(self, policy_id: int | None) -> dict[str, Any] | None:
        """Return a policy in its plain form, None for the one that stands for none."""
        row = self._connection.execute("SELECT definition FROM policies WHERE id = ?", (policy_id,)).fetchone()
        found: dict[str, Any] | None = None if row is None else json.loads(row[0])
        return found

    def horizon(self, now: int, kinds: Collection[str] | None = None) -> int:
        """Return the last instant at which a clock can be due that is urgent now, whatever policy in force it has.

        With `kinds` only of conversations of these kinds: one that gives days makes all others be looked through.
        """
        found = now
        for one in self.in_force:
            meant = one.conditions.values.get("kind")
            if kinds is not None and meant is not None and meant.isdisjoint(kinds):
                continue
            for limit in one.policy.targets.values():
                left = limit - self.stages.urgent_used(limit)
                calendar = one.policy.calendar
                with suppress(NeverOpenError):
                    found = max(found, now + left if calendar is None else calendar.add(now, left))
        return found

    def fitting(self, facts: Facts) -> int:
        """Return the id of the policy that holds for such a conversation."""
        index = first(self.in_force, facts)
        return NONE_APPLIES if index is None else self.ids[index]

    def _read(self) -> None:
        self.version, stages, policies = self._connection.execute(_NEWEST).fetchone()
        self.stages = StageRules(**json.loads(stages))
        self.ids = tuple(json.loads(policies))
        known = [(policy_id, found) for policy_id in self.ids if (found := self.policy(policy_id)) is not None]
        self.ids = tuple(policy_id for policy_id, _ in known)
        self.in_force = tuple(found for _, found in known)
        self.needs = frozenset().union(*(one.conditions.needs for one in self.in_force))
        kinds = tuple(Kind) if self.needs <= {"kind"} else ()
        self.by_kind = {kind.value: self.fitting(Facts("", "", kind.value)) for kind in kinds}

    def _rule(self, definition: Mapping[str, Any]) -> Rule:
        key = json.dumps(definition["schedule"], sort_keys=True)
        schedule = None if key in self._calendars else forms.schedule(definition["schedule"])
        if schedule is not None:
            from cminbox.sla.calendar import Calendar  # noqa: PLC0415 - spared where the clock never stops

            self._calendars[key] = Calendar(schedule)
        return rule(definition, self._calendars.get(key))


def book(connection: sqlite3.Connection, change: int | None = None) -> Book:
    """Return the policies as a connection knows them, up to date."""
    kept: Book | None = getattr(connection, "book", None)
    if kept is None:
        kept = Book(connection)
        if hasattr(connection, "book"):
            connection.book = kept
    return kept.refreshed(change)


def put_in_force(database: Database, policies: Sequence[Mapping[str, Any]], stages: StageRules, *, now: int) -> bool:
    """Let policies hold from now on, in this order; False when they do already.

    Open conversations are looked at anew by `review`; each that gets another policy keeps the time used so far. `now`
    is UTC milliseconds.
    """
    texts = [json.dumps(one, sort_keys=True, ensure_ascii=False) for one in policies]
    rules = json.dumps({"warn": stages.warn, "urgent": stages.urgent, "urgent_left": stages.urgent_left})
    if _current(database.read()) == (rules, texts):
        return False

    def work(connection: sqlite3.Connection) -> bool:
        if _current(connection) == (rules, texts):
            return False
        ids = [_kept(connection, text) for text in texts]
        connection.execute(
            "INSERT INTO response_times (at, stages, policies) VALUES (?, ?, ?)", (now, rules, json.dumps(ids))
        )
        connection.execute("INSERT OR REPLACE INTO facts VALUES ('reviewed', 0)")
        next_change(connection)
        record(connection, "response times", at=now, after={"policies": ids})
        return True

    return database.write(work)


def _current(connection: sqlite3.Connection) -> tuple[str, list[str]]:
    row = connection.execute(_NEWEST).fetchone()
    ids = json.loads(row[2])
    texts = dict(
        connection.execute(
            f"SELECT id, definition FROM policies WHERE id IN ({', '.join(str(int(one)) for one in ids)})"  # noqa: S608 - integers
        ).fetchall()
    )
    return row[1], [texts[one] for one in ids]


def _kept(connection: sqlite3.Connection, text: str) -> int:
    """Return the id of a policy's definition, which is stored once."""
    from hashlib import sha256  # noqa: PLC0415 - costs a start more than it is worth, and new policies are rare

    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    connection.execute("INSERT OR IGNORE INTO policies (digest, definition) VALUES (?, ?)", (digest, text))
    (policy_id,) = connection.execute("SELECT id FROM policies WHERE digest = ?", (digest,)).fetchone()
    return int(policy_id)
