"""The stages of a running clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.sla.stages import Stage, stage, urgent_from

MINUTE = 60_000
ORDER = list(Stage)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, Stage.QUIET), (74, Stage.QUIET), (75, Stage.WARN), (89, Stage.WARN), (90, Stage.URGENT), (100, Stage.URGENT)],
)
def test_a_clock_of_a_hundred_minutes_warns_at_75_and_presses_at_90(minutes: int, expected: Stage) -> None:
    assert stage(0, 100 * MINUTE, minutes * MINUTE) is expected


def test_an_answer_at_the_due_instant_is_in_time_and_one_after_it_is_not() -> None:
    assert stage(0, 100 * MINUTE, 100 * MINUTE) is Stage.URGENT
    assert stage(0, 100 * MINUTE, 100 * MINUTE + 1) is Stage.BREACHED


def test_five_minutes_left_press_however_little_is_used() -> None:
    assert stage(0, 10 * MINUTE, 5 * MINUTE - 1) is Stage.QUIET
    assert stage(0, 10 * MINUTE, 5 * MINUTE) is Stage.URGENT
    assert stage(0, 3 * MINUTE, 0) is Stage.URGENT


TIMES = st.integers(-(10**13), 10**13)


@given(TIMES, st.integers(0, 10**10), TIMES, st.integers(0, 10**10))
def test_time_only_makes_it_more_pressing(start: int, length: int, at: int, later: int) -> None:
    due = start + length
    assert ORDER.index(stage(start, due, at)) <= ORDER.index(stage(start, due, at + later))
    assert start <= urgent_from(start, due) <= due
