"""When what is put off comes back. The tests run in UTC."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from stage.opening import NOON
from stage.scenery import HOUR, MINUTE

from cminbox.domain.problem import UsageProblem
from cminbox.tui import later


def moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%a %d %H:%M")


def test_the_stage_stands_on_a_friday() -> None:
    assert moment(NOON) == "Fri 20 10:01"


def test_the_ready_made_times() -> None:
    assert later.in_an_hour(NOON) == NOON + HOUR
    assert moment(later.tomorrow(NOON)) == "Sat 21 09:00"
    assert moment(later.in_a_week(NOON)) == "Fri 27 09:00"
    assert moment(later.monday(NOON)) == "Mon 23 09:00"


def test_monday_is_never_today() -> None:
    monday = later.monday(NOON)
    assert moment(later.monday(monday)) == "Mon 30 09:00"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("30m", 30 * MINUTE), ("2h", 2 * HOUR), ("1h30m", 90 * MINUTE), (" 3d ", 72 * HOUR), ("3j", 72 * HOUR)],
)
def test_a_length_is_counted_from_now(typed: str, expected: int) -> None:
    assert later.parse_later(typed, NOON) == NOON + expected


def test_a_time_of_day_is_the_next_one() -> None:
    assert moment(later.parse_later("14:30", NOON)) == "Fri 20 14:30"
    assert moment(later.parse_later("9:00", NOON)) == "Sat 21 09:00"
    assert moment(later.parse_later("14h30", NOON)) == "Fri 20 14:30"


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "10:99", "0m", "5", "-3h", "1h soon", "9" * 30 + "d"])
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(UsageProblem, match="2h"):
        later.parse_later(typed, NOON)


def test_nine_in_the_morning_stays_nine_when_the_clocks_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    saturday = round(datetime(2026, 10, 24, 10, 0, tzinfo=UTC).timestamp() * 1000)
    assert datetime.fromtimestamp(later.tomorrow(saturday) / 1000, UTC).hour == 8
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
