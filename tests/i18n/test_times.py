"""Lengths of time and dates read as people of each language write them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cminbox.i18n import dates, durations, use

MINUTE, HOUR, DAY = 60, 3600, 86_400
PARIS = ZoneInfo("Europe/Paris")
MORNING = int(datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0s"),
        (9, "0s"),
        (59, "50s"),
        (119.9, "110s"),
        (2 * MINUTE, "0:02"),
        (-0.5, "-0:00"),
        (31 * MINUTE + 59, "0:31"),
        (HOUR - 1, "0:59"),
        (HOUR, "1h"),
        (5 * HOUR + 59 * MINUTE, "5h"),
        (2 * DAY - 1, "47h"),
        (2 * DAY, "2d"),
        (3 * DAY + 5, "3d"),
        (-30, "-0:00"),
        (-12 * MINUTE - 59, "-0:12"),
        (-HOUR, "-1h"),
        (-5 * DAY, "-5d"),
    ],
)
def test_time_left_is_seconds_then_minutes_hours_and_days_and_late_is_negative(seconds: float, shown: str) -> None:
    assert durations.time_left(seconds) == shown


def test_days_are_jours_in_french() -> None:
    use("fr")
    assert durations.time_left(3 * DAY) == "3j"
    assert durations.span(3 * DAY) == "3 j"
    assert durations.exact(2 * DAY + HOUR) == "2 j 1 h"


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_a_deadline_is_never_shown_later_than_it_is(seconds: int) -> None:
    text = durations.time_left(seconds)
    assert text.startswith("-") == (seconds < 0)
    number = text.lstrip("-")
    unit, step = {"h": (HOUR, HOUR), "d": (DAY, DAY), "s": (1, 10)}.get(number[-1], (MINUTE, MINUTE))
    shown = int(number.rstrip("hds").removeprefix("0:")) * unit
    assert shown <= abs(seconds) < shown + step


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (45, "45 s"), (12 * MINUTE, "12 min"), (2 * HOUR, "2 h"), (3 * DAY, "3 d")]
)
def test_a_span_is_its_largest_whole_unit(seconds: int, shown: str) -> None:
    assert durations.span(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (8, "8 s"), (5400, "1 h 30 min"), (DAY + 1, "1 d 1 s"), (2 * DAY, "2 d")]
)
def test_an_exact_length_has_every_unit(seconds: int, shown: str) -> None:
    assert durations.exact(seconds) == shown


def test_dates_are_written_the_english_way() -> None:
    assert dates.moment(MORNING, PARIS) == "Nov 20, 2026, 9:15 AM"
    assert dates.day(MORNING, PARIS) == "Friday, November 20, 2026"
    assert dates.clock(MORNING, PARIS) == "9:15 AM"


def test_dates_are_written_the_french_way() -> None:
    use("fr")
    moment = dates.moment(MORNING, PARIS)
    assert (moment[:12], moment[-5:]) == ("20 nov. 2026", "09:15")
    assert dates.day(MORNING, PARIS) == "vendredi 20 novembre 2026"
    assert dates.clock(MORNING, PARIS) == "09:15"


def test_a_date_belongs_to_the_readers_zone() -> None:
    late = int(datetime(2026, 11, 20, 23, 30, tzinfo=UTC).timestamp() * 1000)
    assert dates.day(late, UTC) == "Friday, November 20, 2026"
    assert dates.day(late, PARIS) == "Saturday, November 21, 2026"


def test_lengths_of_time_load_no_babel() -> None:
    program = (
        "import sys; from cminbox.i18n import dates, durations, use; durations.time_left(90)\n"
        "print('babel' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
