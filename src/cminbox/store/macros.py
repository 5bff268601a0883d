"""What a canned reply does beside answering, to several conversations as one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.conversation import Status
from cminbox.domain.problem import Problem
from cminbox.domain.value import dataclass
from cminbox.store.conversations import retag, set_fields
from cminbox.store.events import next_change

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from cminbox.domain.canned import Macro
    from cminbox.domain.saying import Saying
    from cminbox.store.database import Database


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of each conversation. `events` undo it, all as one step."""

    done: tuple[int, ...]
    refused: Mapping[int, Saying]
    events: tuple[int, ...]


def apply(database: Database, ids: Sequence[int], macro: Macro, *, agent: str, now: int) -> Applied:
    """Do what a macro says to each conversation, all of it or nothing; one that cannot be stays as it was.

    `now` is UTC milliseconds. Tags that cannot be written, and ids that are none, are refused with the reason.
    """

    def work(connection: sqlite3.Connection) -> Applied:
        change = next_change(connection)
        done: list[int] = []
        refused: dict[int, Saying] = {}
        events: list[int] = []
        for one in dict.fromkeys(ids):
            connection.execute("SAVEPOINT macro")
            try:
                events += _apply(connection, one, macro, agent, now, change)
                done.append(one)
            except Problem as problem:
                connection.execute("ROLLBACK TO macro")
                refused[one] = problem.saying
            connection.execute("RELEASE macro")
        return Applied(tuple(done), refused, tuple(events))

    return database.write(work)


def _apply(connection: sqlite3.Connection, one: int, macro: Macro, agent: str, now: int, change: int) -> list[int]:
    events: list[int] = []
    if macro.tags:
        events.append(retag(connection, one, macro.tags, (), agent, now, change))
    for what, values in _fields(macro, now, change).items():
        events.append(set_fields(connection, one, what, values, agent, now, change))
    return events


def _fields(macro: Macro, now: int, change: int) -> dict[str, dict[str, Any]]:
    """Return the fields to write, by the name of the event that tells of it."""
    fields: dict[str, dict[str, Any]] = {}
    if macro.assign is not None:
        fields["assign"] = {"assignee": macro.assign}
    if macro.priority is not None:
        fields["priority"] = {"priority": macro.priority.value}
    if macro.done:
        fields["status"] = {"status": Status.DONE.value, "snoozed_until": None, "handled_change": change}
    elif macro.snooze_seconds is not None:
        until = now + macro.snooze_seconds * 1000
        fields["status"] = {"status": Status.SNOOZED.value, "snoozed_until": until}
    return fields
