"""Waits grow, are never shorter than asked for, and no jump of a clock makes a burst."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cminbox.domain.waiting import FIRST_RETRY, LONGEST_RETRY, LONGEST_WAIT, Appointment, SetBacks, back_off

CHANCES = st.floats(0, 1, exclude_max=True)


@given(failures=st.integers(-5, 10_000), chance=CHANCES)
def test_a_wait_lies_between_half_and_all_of_a_bounded_doubling(failures: int, chance: float) -> None:
    wait = back_off(failures, lambda: chance)
    longest = min(FIRST_RETRY * 2.0 ** min(max(failures - 1, 0), 16), LONGEST_RETRY)
    assert longest / 2 <= wait <= longest


def test_waits_double_until_they_are_long_enough() -> None:
    waits = [back_off(failures, lambda: 1.0) for failures in range(1, 11)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


@given(failures=st.integers(1, 50), chance=CHANCES, asked=st.floats(0, 10 * LONGEST_WAIT))
def test_a_wait_that_was_asked_for_is_never_shortened(failures: int, chance: float, asked: float) -> None:
    wait = back_off(failures, lambda: chance, asked)
    assert min(asked, LONGEST_WAIT) <= wait <= max(LONGEST_RETRY, LONGEST_WAIT + 30)


def test_a_wait_below_nothing_is_none() -> None:
    assert back_off(1, lambda: 0.0, -1e9) == FIRST_RETRY / 2


def at(appointment: Appointment, *, wall: int, steady: float) -> bool:
    return appointment.due(wall=wall, steady=steady)


def test_an_appointment_is_due_on_time() -> None:
    appointment = Appointment.in_seconds(10, wall=1_000_000, steady=50)
    assert not at(appointment, wall=1_009_999, steady=59.9)
    assert at(appointment, wall=1_010_000, steady=59.9)
    assert appointment.wait(wall=1_004_000, steady=54.0) == 6.0


def test_a_clock_that_goes_back_a_day_does_not_put_it_off() -> None:
    appointment = Appointment.in_seconds(10, wall=90_000_000, steady=50)
    assert at(appointment, wall=90_000_000 - 86_400_000, steady=60)


def test_a_machine_that_slept_looks_once_when_it_wakes() -> None:
    appointment = Appointment.in_seconds(900, wall=0, steady=0)
    awake = 8 * 3_600_000
    assert at(appointment, wall=awake, steady=1)
    again = Appointment.in_seconds(900, wall=awake, steady=1)
    assert not at(again, wall=awake, steady=1)


def test_what_an_earlier_process_planned_is_kept_unless_the_clock_jumped_since() -> None:
    planned = Appointment.resumed(60_000, 3600, wall=0, steady=5)
    assert planned == Appointment(60_000, 65)
    jumped = Appointment.resumed(10**12, 3600, wall=0, steady=5)
    assert jumped.due(wall=0, steady=5)
    past = Appointment.resumed(-1, 3600, wall=0, steady=5)
    assert past.due(wall=0, steady=5)


def test_a_clock_that_is_set_back_is_noticed_once_and_by_how_much() -> None:
    watch = SetBacks(wall=10_000_000, steady=100)
    assert watch.since_last(wall=10_060_000, steady=160) == 0
    assert watch.since_last(wall=6_470_000, steady=170) == 3_600_000
    assert watch.since_last(wall=6_480_000, steady=180) == 0


def test_a_clock_that_is_trimmed_or_set_forward_moves_nothing() -> None:
    watch = SetBacks(wall=0, steady=0)
    assert watch.since_last(wall=9_000, steady=10) == 0
    assert watch.since_last(wall=90_000_000, steady=11) == 0
    assert watch.since_last(wall=90_001_000, steady=12) == 0
