"""Every wait of a period, computed from what happened, and how fast answers come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Target
from cminbox.sla.clocks import courses
from cminbox.sla.figures import Wait
from cminbox.store.clock_events import story
from cminbox.store.policies import book

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping

    from cminbox.sla.clocks import Course, Reading
    from cminbox.sla.events import Policy
    from cminbox.store.database import Database
    from cminbox.store.policies import Book

_CONVERSATIONS = """
SELECT c.id, a.network, a.name, c.kind, coalesce(c.assignee, '') FROM conversations c
JOIN accounts a ON a.id = c.account_id WHERE c.last_message_at >= ? ORDER BY c.id
"""
_ANSWERS = """
SELECT m.arrived_at, r.agent FROM messages m JOIN replies r
    ON r.conversation_id = m.conversation_id AND r.remote_id = m.remote_id
WHERE m.conversation_id = ? AND m.ours
"""
_CLOSED = "SELECT at, agent, after FROM events WHERE conversation_id = ? AND what = 'status' AND agent IS NOT NULL"
_COUNT_ANSWERS = """
SELECT count(*) FROM conversations c JOIN messages m ON m.conversation_id = c.id AND m.ours
WHERE c.last_message_at >= :since AND m.arrived_at >= :since AND m.arrived_at <= :now
"""
_DEADLINES = """
SELECT late_at FROM conversations INDEXED BY queue WHERE queue_due IS NOT NULL AND queue_due <= ?
ORDER BY queue_due, id LIMIT ?
"""
ELSEWHERE = "elsewhere"
"""Stands for the agent of an answer that was sent from another program."""
_MOST = 100_000


class Figures:
    """Reads waits for reports: how long customers waited for what. Times are UTC milliseconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waits(self, since: int, until: int, *, now: int, stopped: Callable[[], bool] | None = None) -> Iterator[Wait]:
        """Yield every wait that began from an instant on and before another one, as it stands at `now`.

        `stopped` is asked before each conversation; once it is true nothing more is read.
        """
        connection = self._database.read()
        policies = book(connection)
        names: dict[int, str] = {}
        for row in connection.execute(_CONVERSATIONS, (since,)).fetchall():
            if stopped is not None and stopped():
                return
            told = story(connection, row[0], policies)
            found = courses(told.events, told.policy, max(now, told.latest))
            begun = [
                (course, reading)
                for many in found.values()
                for course in many
                if since <= (reading := course.read(lenient=True)).start < until
            ]
            if begun:
                yield from _waits(connection, row, begun, told.policy, policies, names)

    def answers_since(self, since: int, *, now: int) -> int:
        """Return how many messages of ours were published between two instants."""
        (count,) = self._database.read().execute(_COUNT_ANSWERS, {"since": since, "now": now}).fetchone()
        return int(count)

    def deadlines(self, until: int) -> list[int]:
        """Return the last instants at which those who wait are answered in time, of all due until an instant."""
        rows = self._database.read().execute(_DEADLINES, (until, _MOST))
        return [row[0] for row in rows if row[0] is not None]


def _waits(
    connection: sqlite3.Connection,
    row: tuple[int, str, str, str, str],
    begun: list[tuple[Course, Reading]],
    first: Policy | None,
    policies: Book,
    names: dict[int, str],
) -> Iterator[Wait]:
    conversation_id, network, account, kind, assignee = row
    answers = dict(connection.execute(_ANSWERS, (conversation_id,)).fetchall())
    closed: Mapping[int, str] = {}
    if any(course.target is Target.RESOLUTION for course, _ in begun):
        rows = connection.execute(_CLOSED, (conversation_id,)).fetchall()
        closed = {at: agent for at, agent, after in rows if json.loads(after)["status"] == "done"}
    for course, reading in begun:
        at = reading.fulfilled_at
        agent = assignee
        if at is not None:
            agent = answers.get(at) or closed.get(at) or ELSEWHERE
        policy = course.spans[-1].policy if course.spans else first
        yield Wait(
            conversation_id,
            network,
            account,
            kind,
            agent,
            _name(policy, policies, names),
            course.target,
            reading.start,
            reading.state,
            reading.elapsed,
            at,
        )


def _name(policy: Policy | None, policies: Book, names: dict[int, str]) -> str:
    """Return the name of a policy that the book has read."""
    if policy is None:
        return ""
    if id(policy) not in names:
        names.update({id(rule.policy): rule.name for rule in policies.known()})
    return names.get(id(policy), "")
