"""The stages of a running clock, and what is announced of it."""

from __future__ import annotations

import pytest

from cminbox.domain.conversation import Status, Target
from cminbox.sla.calendar import Calendar
from cminbox.sla.clocks import courses
from cminbox.sla.events import ClockEvent, Inbound, Outbound, Policy, StatusSet
from cminbox.sla.hours import Schedule, Window
from cminbox.sla.stages import Marks, Notice, Stage, StageRules, marks

MINUTE = 60_000
HOUR = 60 * MINUTE
START = 1_790_000_000_000
FRIDAY = 1_790_348_400_000
"""15:00 UTC."""
OFFICE = Calendar(Schedule("UTC", ((Window(540, 1020),),) * 5 + ((),) * 2))
RULES = StageRules()


def marks_of(minutes: int, start: int = START, *, calendar: Calendar | None = None, at: int | None = None) -> Marks:
    policy = Policy({Target.FRT: minutes * MINUTE}, calendar)
    (course,) = courses([Inbound(start)], policy, start if at is None else at)[Target.FRT]
    found = marks(course, RULES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, Stage.QUIET), (74, Stage.QUIET), (75, Stage.WARN), (89, Stage.WARN), (90, Stage.URGENT), (100, Stage.URGENT)],
)
def test_a_clock_of_a_hundred_minutes_warns_at_75_and_presses_at_90(minutes: int, expected: Stage) -> None:
    assert marks_of(100).stage(START + minutes * MINUTE) is expected


def test_an_answer_at_the_due_instant_is_in_time_and_one_after_it_is_not() -> None:
    found = marks_of(100)
    assert found.stage(START + 100 * MINUTE) is Stage.URGENT
    assert found.stage(START + 100 * MINUTE + 1) is Stage.BREACHED


def test_five_minutes_left_press_however_little_is_used() -> None:
    assert marks_of(10).stage(START + 5 * MINUTE - 1) is Stage.QUIET
    assert marks_of(10).stage(START + 5 * MINUTE) is Stage.URGENT
    assert marks_of(3).stage(START) is Stage.URGENT


def test_a_weekend_makes_nothing_more_pressing() -> None:
    found = marks_of(160, FRIDAY, calendar=OFFICE)
    closing = FRIDAY + 2 * HOUR
    monday = closing + 64 * HOUR
    assert [found.warn, found.urgent, found.due] == [closing, monday + 24 * MINUTE, monday + 40 * MINUTE]
    assert found.stage(monday - HOUR) is Stage.WARN


def test_a_target_that_ends_at_closing_is_late_from_the_next_opening_on() -> None:
    closing = FRIDAY + 2 * HOUR
    monday = closing + 64 * HOUR
    for at in (FRIDAY, closing, closing + HOUR, monday):
        found = marks_of(120, FRIDAY, calendar=OFFICE, at=at)
        assert (found.due, found.late) == (closing, monday)
    assert marks_of(120, FRIDAY, calendar=OFFICE, at=monday + 1) == Marks(
        FRIDAY + 90 * MINUTE, FRIDAY + 108 * MINUTE, closing, closing, monday + 2 * HOUR
    )


def test_marks_are_the_same_whenever_one_looks() -> None:
    assert len({marks_of(100, at=START + n * MINUTE) for n in range(0, 300, 7)}) == 1


def test_what_is_announced_comes_in_its_order() -> None:
    assert marks_of(100).notices() == {
        Notice.WARN: START + 75 * MINUTE,
        Notice.URGENT: START + 90 * MINUTE,
        Notice.BREACHED: START + 100 * MINUTE + 1,
        Notice.AGAIN: START + 200 * MINUTE,
    }


def test_a_short_target_gets_no_warning_after_it_is_urgent() -> None:
    assert list(marks_of(10).notices()) == [Notice.URGENT, Notice.BREACHED, Notice.AGAIN]


@pytest.mark.parametrize(
    "more",
    [
        [Outbound(START + MINUTE)],
        [StatusSet(START + MINUTE, Status.DONE)],
        [StatusSet(START + MINUTE, Status.SNOOZED)],
    ],
    ids=["answered", "closed", "paused"],
)
def test_a_clock_that_does_not_run_has_no_stages(more: list[ClockEvent]) -> None:
    policy = Policy({Target.FRT: HOUR}, None, {Target.FRT: frozenset({Status.SNOOZED})})
    (course,) = courses([Inbound(START), *more], policy, START + 2 * MINUTE)[Target.FRT]
    assert marks(course, RULES) is None


def test_a_breach_that_stands_still_is_not_announced_again_meanwhile() -> None:
    policy = Policy({Target.FRT: HOUR}, None, {Target.FRT: frozenset({Status.SNOOZED})})
    story: list[ClockEvent] = [Inbound(START), StatusSet(START + 90 * MINUTE, Status.SNOOZED)]
    (course,) = courses(story, policy, START + 5 * HOUR)[Target.FRT]
    found = marks(course, RULES)
    assert found is not None
    assert (found.due, found.again) == (START + HOUR, None)
