"""Which clock of a conversation runs now and when its stages begin: what a row of the queue shows of response times."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cminbox.domain.conversation import Target
from cminbox.sla.clocks import ClockState, courses
from cminbox.sla.faults import NeverOpenError
from cminbox.sla.stages import Marks, StageRules, marks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from cminbox.sla.clocks import Course
    from cminbox.sla.events import Policy
    from cminbox.store.policies import Book


class Standing(NamedTuple):
    """The most pressing clock. Instants are UTC milliseconds; `left` is business time, and only given while paused.

    `notice_at` is when the first of all running clocks has something to announce.
    """

    target: Target | None = None
    start: int | None = None
    marks: Marks | None = None
    left: int | None = None
    notice_at: int | None = None
    several: bool = False
    """Whether more clocks than this one run."""
    waits: bool = False
    """Whether a customer waits for a first or next response, whichever clock is the most pressing."""


NOBODY = Standing()


def simple(policy: Policy, target: Target, since: int, rules: StageRules) -> Standing:
    """Return the standing of the first and only wait of a conversation, which nothing has paused or changed.

    `since` is UTC milliseconds.
    """
    limit = policy.targets.get(target)
    if limit is None:
        return NOBODY
    calendar = policy.calendar
    warn_used, urgent_used = rules.warn_used(limit), rules.urgent_used(limit)
    if calendar is None:
        due = since + limit
        return _one(target, since, Marks(since + warn_used, since + urgent_used, due, due, due + limit))
    try:
        warn, urgent, due = (calendar.add(since, used) for used in (warn_used, urgent_used, limit))
    except NeverOpenError:
        return NOBODY
    try:
        late, again = calendar.next_open(due), calendar.add(since, 2 * limit)
    except NeverOpenError:
        late, again = due, None
    return _one(target, since, Marks(warn, urgent, due, late, again))


def replayed(
    connection: sqlite3.Connection, conversation_id: int, policies: Book, policy_id: int | None, now: int
) -> Standing:
    """Return the standing from everything that happened to a conversation that has this policy, or began with it.

    `now` is UTC milliseconds.
    """
    from cminbox.store.clock_events import story  # noqa: PLC0415 - not before the first paint

    told = story(connection, conversation_id, policies, policy_id)
    found = courses(told.events, told.policy, max(now, told.latest))
    return _of_courses([course for many in found.values() for course in many[-1:] if course.live], policies.stages)


def _of_courses(live: Iterable[Course], rules: StageRules) -> Standing:
    best, paused, waits = NOBODY, NOBODY, False
    notices: list[int] = []
    for course in live:
        waits = waits or course.target is not Target.RESOLUTION
        try:
            found, reading = marks(course, rules), course.reading
        except NeverOpenError:
            # A schedule that has ended: the wait goes on, without a time at which it would be late.
            continue
        if found is not None:
            notices.append(found.first_notice)
            if best.marks is None or found.due < best.marks.due:
                best = Standing(course.target, reading.start, found)
        elif reading.state is ClockState.PAUSED and (paused.left is None or reading.remaining < paused.left):
            paused = Standing(course.target, reading.start, None, reading.remaining)
    shown = paused if best.marks is None else best
    return shown._replace(notice_at=min(notices, default=None), several=len(notices) > 1, waits=waits)


def more_pressing(one: Standing, other: Standing) -> Standing:
    """Return the standing that is due earlier."""
    if one.marks is None or (other.marks is not None and other.marks.due < one.marks.due):
        return one if other.marks is None else other
    return one


def _one(target: Target, since: int, found: Marks) -> Standing:
    return Standing(target, since, found, None, found.first_notice, waits=True)
