from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cminbox.sla.calendar import Calendar, NeverOpenError
from cminbox.sla.hours import Schedule, Window

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("business_hours.json").read_text())
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Tehran",
    "Pacific/Apia",
    "Asia/Kolkata",
)
SECOND = 1000
FIRST, LAST = (round(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (2009, 2014))


def schedule_of(data: dict[str, Any]) -> Schedule:
    return Schedule(
        data["tz"],
        tuple(windows(data["hours"].get(day, ())) for day in DAYS),
        {date.fromisoformat(day): windows(many) for day, many in data.get("shifts", {}).items()},
        {date.fromisoformat(day): windows(many) for day, many in data.get("breaks", {}).items()},
        frozenset(date.fromisoformat(day) for day in data.get("holidays", ()) if not day.startswith("--")),
        frozenset((int(day[2:4]), int(day[5:7])) for day in data.get("holidays", ()) if day.startswith("--")),
    )


def windows(many: list[list[str]]) -> tuple[Window, ...]:
    return tuple(Window(minutes(opens), minutes(closes)) for opens, closes in many)


def minutes(text: str) -> int:
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def instant(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_worked_example_comes_out_to_the_second(case: dict[str, Any]) -> None:
    calendar = Calendar(schedule_of(case["schedule"]))
    match case["op"]:
        case "add":
            assert calendar.add(instant(case["start"]), case["seconds"] * SECOND) == instant(case["expect"])
        case "between":
            assert calendar.between(instant(case["start"]), instant(case["end"])) == case["expect"] * SECOND
        case "is_open":
            assert calendar.is_open(instant(case["at"])) is case["expect"]
        case "next_open":
            assert calendar.next_open(instant(case["at"])) == instant(case["expect"])
        case "closing":
            assert calendar.closing(instant(case["at"])) == instant(case["expect"])
        case other:
            pytest.fail(f"no such operation: {other}")


window = st.builds(Window, st.integers(0, 1439), st.integers(1, 1440))
days = st.dates(date(2009, 1, 1), date(2013, 12, 31))
schedules = st.builds(
    Schedule,
    st.sampled_from(ZONES),
    st.tuples(*[st.lists(window, max_size=3).map(tuple)] * 7),
    st.dictionaries(days, st.lists(window, max_size=2).map(tuple), max_size=3),
    st.dictionaries(days, st.lists(window, max_size=2).map(tuple), max_size=3),
    st.frozensets(days, max_size=3),
    st.frozensets(st.tuples(st.integers(1, 12), st.integers(1, 28)), max_size=3),
)
instants = st.integers(FIRST // SECOND, LAST // SECOND).map(lambda seconds: seconds * SECOND)


def open_by_hand(schedule: Schedule, at: int) -> bool:
    """Decide from the rules, for one instant, without any of the calendar's code."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    here = moment.astimezone(ZoneInfo(schedule.zone)).date()

    def wall(day: date, minute: int) -> datetime:
        day += timedelta(days=minute // 1440)
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(schedule.zone))
        return (midnight + timedelta(minutes=minute % 1440)).astimezone(UTC)

    def inside(day: date, many: tuple[Window, ...], *, tail: bool) -> bool:
        parts = (
            [(0, w.closes) for w in many if w.overnight]
            if tail
            else [(w.opens, 1440 if w.overnight else w.closes) for w in many]
        )
        return any(wall(day, start) <= moment < wall(day, end) for start, end in parts)

    def holiday(day: date) -> bool:
        return day in schedule.holidays or (day.month, day.day) in schedule.yearly

    def starting(day: date) -> tuple[Window, ...]:
        return schedule.shifts.get(day, schedule.weekly[day.weekday()])

    def open_on(day: date) -> bool:
        before = day - timedelta(days=1)
        if holiday(day) or wall(day, 0) == wall(day + timedelta(days=1), 0):
            return False
        tail = not holiday(before) and (before in schedule.shifts or day not in schedule.shifts)
        working = inside(day, starting(day), tail=False) or (tail and inside(day, starting(before), tail=True))
        paused = inside(day, schedule.breaks.get(day, ()), tail=False)
        paused = paused or inside(day, schedule.breaks.get(before, ()), tail=True)
        return working and not paused

    return any(open_on(here + timedelta(days=offset)) for offset in (-1, 0, 1))


@settings(max_examples=300, deadline=None)
@given(schedules, st.lists(instants, min_size=1, max_size=20))
def test_open_is_what_the_rules_say_by_hand(schedule: Schedule, many: list[int]) -> None:
    calendar = Calendar(schedule)
    assert [calendar.is_open(at) for at in many] == [open_by_hand(schedule, at) for at in many]


@settings(max_examples=300, deadline=None)
@given(schedules, instants, st.integers(0, 10**6).map(lambda seconds: seconds * SECOND))
def test_adding_and_measuring_are_inverse(schedule: Schedule, start: int, duration: int) -> None:
    calendar = Calendar(schedule)
    try:
        due = calendar.add(start, duration)
    except NeverOpenError:
        return
    assert calendar.between(start, due) == duration
    assert duration == 0 or calendar.between(start, due - SECOND) < duration


@settings(max_examples=300, deadline=None)
@given(schedules, st.tuples(instants, instants, instants).map(sorted))
def test_elapsed_time_adds_up(schedule: Schedule, three: list[int]) -> None:
    first, second, third = three
    calendar = Calendar(schedule)
    assert calendar.between(first, third) == calendar.between(first, second) + calendar.between(second, third)
    assert calendar.between(third, first) == 0


@settings(max_examples=100, deadline=None)
@given(schedules, st.lists(instants, min_size=2, max_size=6))
def test_the_order_of_questions_does_not_change_an_answer(schedule: Schedule, many: list[int]) -> None:
    one = Calendar(schedule)
    for at in many:
        assert one.between(FIRST, at) == Calendar(schedule).between(FIRST, at)


def test_a_schedule_that_never_opens_is_refused_instead_of_searched_for_ever() -> None:
    closed = Calendar(Schedule("UTC", ((),) * 7))
    with pytest.raises(NeverOpenError):
        closed.add(FIRST, SECOND)
    with pytest.raises(NeverOpenError):
        closed.next_open(FIRST)
    assert closed.between(FIRST, LAST) == 0


def test_only_leap_days_are_open_often_enough() -> None:
    yearly = frozenset((month, day) for month in range(1, 13) for day in range(1, 32)) - {(2, 29)}
    calendar = Calendar(Schedule("UTC", ((Window(0, 1440),),) * 7, yearly=yearly))
    assert calendar.next_open(instant("2012-03-01T00:00:00+00:00")) == instant("2016-02-29T00:00:00+00:00")


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Calendar(Schedule("UTC", ((Window(0, 1440),),) * 7)).add(FIRST, -1)
