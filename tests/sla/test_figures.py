"""Figures without averages, and what is to be expected of the rest of the shift."""

from __future__ import annotations

import random

import pytest

from cminbox.domain.conversation import Target
from cminbox.sla.calendar import Calendar
from cminbox.sla.clocks import ClockState
from cminbox.sla.figures import Verdict, Wait, nearest_rank, tally
from cminbox.sla.forecast import HOUR, WITHOUT_HOURS, forecast, pace, shift_begin, shift_end
from cminbox.sla.hours import Schedule, Window

MONDAY = 1_789_984_800_000
"""10:00 UTC."""
OFFICE = Calendar(Schedule("UTC", ((Window(540, 1020),),) * 5 + ((),) * 2))
MINUTE = 60_000


def wait(state: ClockState, elapsed: int = 0, wall: int | None = None) -> Wait:
    return Wait(1, "n", "a", "dm", "", "p", Target.FRT, 0, state, elapsed, wall)


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([], 0.5, None),
        ([7], 0.5, 7),
        ([1, 2], 0.5, 1),
        ([1, 2, 3], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2),
        (list(range(1, 11)), 0.9, 9),
        (list(range(1, 12)), 0.9, 10),
        (list(range(1, 101)), 0.9, 90),
        ([5] * 10, 0.9, 5),
    ],
)
def test_a_rank_is_the_nearest_and_never_a_mean(values: list[int], share: float, found: int | None) -> None:
    assert nearest_rank(values, share) == found


def test_what_is_overdue_counts_as_late_and_what_was_cancelled_not_at_all() -> None:
    found = tally(
        [
            wait(ClockState.MET, 10, 20),
            wait(ClockState.MET, 30, 40),
            wait(ClockState.BREACHED, 100, 200),
            wait(ClockState.BREACHED),
            wait(ClockState.CANCELLED),
            wait(ClockState.RUNNING),
            wait(ClockState.PAUSED),
        ]
    )
    assert (found.met, found.breached, found.cancelled, found.running, found.waits) == (2, 2, 1, 2, 7)
    assert found.attainment == 0.5
    assert (found.median_business, found.p90_business, found.median_wall, found.p90_wall) == (30, 100, 40, 200)


def test_of_nothing_nothing_is_known() -> None:
    found = tally([wait(ClockState.CANCELLED)])
    assert (found.attainment, found.median_business, found.p90_wall) == (None, None, None)
    assert {one.value for one in Verdict} == {"met", "breached", "cancelled", "running"}


def test_the_shift_ends_at_closing() -> None:
    assert shift_end(OFFICE, MONDAY) == MONDAY + 7 * HOUR
    assert shift_end(OFFICE, MONDAY + 12 * HOUR) == MONDAY + 31 * HOUR
    assert shift_end(None, MONDAY) == MONDAY + WITHOUT_HOURS
    # Breaks are part of a shift, nights are not.
    lunch = Calendar(Schedule("UTC", ((Window(540, 720), Window(780, 1020)),) * 7))
    assert shift_end(lunch, MONDAY) == shift_end(lunch, MONDAY + 2 * HOUR + MINUTE) == MONDAY + 7 * HOUR
    for windows in ((Window(540, 480),), (Window(0, 720), Window(720, 600))):
        never = Calendar(Schedule("UTC", (windows,) * 7))
        assert MONDAY < shift_end(never, MONDAY) <= MONDAY + 24 * HOUR
    ended = Calendar(Schedule("UTC", ((),) * 7))
    assert shift_end(ended, MONDAY) == MONDAY + WITHOUT_HOURS


def test_a_shift_begins_at_opening_and_goes_on_after_breaks() -> None:
    lunch = Calendar(Schedule("UTC", ((Window(540, 720), Window(780, 1020)),) * 5 + ((),) * 2))
    opening = MONDAY - HOUR
    for hours in (0, 3, 5, 10, 20):
        assert shift_begin(lunch, MONDAY + hours * HOUR) == opening
    assert shift_begin(lunch, MONDAY + 23 * HOUR) == opening + 24 * HOUR
    assert shift_begin(OFFICE, MONDAY - 2 * HOUR) == opening - 3 * 24 * HOUR
    always = Calendar(Schedule("UTC", ((Window(0, 1440),),) * 7))
    assert shift_begin(always, MONDAY) == MONDAY - 24 * HOUR
    for nothing in (None, Calendar(Schedule("UTC", ((),) * 7))):
        assert shift_begin(nothing, MONDAY) == MONDAY - WITHOUT_HOURS


def test_the_pace_is_of_working_time() -> None:
    assert pace(12, None, MONDAY - 2 * HOUR, MONDAY) == 6
    assert pace(12, OFFICE, MONDAY - 2 * HOUR, MONDAY) == 12
    assert pace(12, OFFICE, MONDAY - 5 * HOUR, MONDAY - 2 * HOUR) is None
    assert pace(0, OFFICE, MONDAY - 2 * HOUR, MONDAY) is None


def test_those_who_come_too_late_in_the_line_will_be_late() -> None:
    deadlines = [MONDAY + n * 10 * MINUTE for n in range(1, 7)]
    assert forecast(deadlines, OFFICE, 6, MONDAY).late == 0
    assert forecast(deadlines, OFFICE, 3, MONDAY).late == 6
    assert forecast(deadlines, OFFICE, 5, MONDAY).late == 6
    # Those that are late already take their time, and are counted elsewhere.
    late = [MONDAY - HOUR] * 3
    assert forecast(late + deadlines, OFFICE, 6, MONDAY).late == 6
    assert forecast(late + deadlines, OFFICE, 60, MONDAY).late == 0


def test_what_is_due_after_the_shift_is_no_matter_of_it() -> None:
    after = [MONDAY + 8 * HOUR] * 10
    assert forecast(after, OFFICE, None, MONDAY).late == 0
    assert forecast([MONDAY + HOUR], OFFICE, None, MONDAY).late == 1


def test_answers_come_in_working_time_only() -> None:
    evening = MONDAY + 12 * HOUR
    # Tomorrow at 09:30 and 10:00; at two an hour the first is in time to the minute.
    deadlines = [MONDAY + 23 * HOUR + 30 * MINUTE, MONDAY + 24 * HOUR]
    assert forecast(deadlines, OFFICE, 2, evening).late == 0
    assert forecast(deadlines, OFFICE, 1.9, evening).late == 2
    assert forecast(deadlines, Calendar(Schedule("UTC", ((),) * 7)), 2, evening).late == 0


def test_more_hands_never_make_more_late() -> None:
    rng = random.Random(1)
    for _ in range(50):
        deadlines = sorted(MONDAY + rng.randrange(7 * HOUR) for _ in range(40))
        found = [forecast(deadlines, OFFICE, per_hour, MONDAY).late for per_hour in (1, 2, 5, 10, 50, 1000)]
        assert found == sorted(found, reverse=True)
        assert found[0] <= 40
