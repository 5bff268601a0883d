"""Business hours against a slow second opinion: the rules applied by hand to every second."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from cminbox.sla.calendar import Calendar
from cminbox.sla.faults import NeverOpenError
from cminbox.sla.hours import Schedule, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Tehran",
    "Asia/Pyongyang",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Pacific/Chatham",
)
SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
YEARS = (2009, 2018)
FIRST, LAST = (round(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * SECOND for year in YEARS)
OFFICE = Schedule("UTC", ((Window(540, 1020),),) * 5 + ((),) * 2)
Period = tuple[int, int]


def random_window(rng: random.Random) -> Window:
    opens = rng.choice((0, 60, 120, 135, 150, 540, 720, 1320, 1410, rng.randrange(1440)))
    return Window(opens, rng.choice((0, 30, 105, 150, 180, 360, 540, 780, 1020, 1440, rng.randrange(1, 1441))))


def random_windows(rng: random.Random, most: int) -> tuple[Window, ...]:
    return tuple(random_window(rng) for _ in range(rng.randrange(most + 1)))


def changes(zone: str) -> list[date]:
    """Return the dates on which a zone's clocks change, so that chance finds them."""
    tz = ZoneInfo(zone)
    days = [date(YEARS[0], 1, 1) + timedelta(days=n) for n in range(365 * (YEARS[1] - YEARS[0]))]
    noon = [(day, datetime(day.year, day.month, day.day, 12, tzinfo=tz).utcoffset()) for day in days]
    return [day for (_, before), (day, after) in pairwise(noon) if before != after] or [date(2016, 2, 29)]


CHANGES = {zone: changes(zone) for zone in ZONES}


def random_case(rng: random.Random) -> tuple[Schedule, int]:
    """Return a schedule, and an instant near which a clock changes in its zone or something special happens."""
    zone = rng.choice(ZONES)
    day = rng.choice(CHANGES[zone]) if rng.random() < 0.7 else date(2009, 1, 5) + timedelta(days=rng.randrange(3200))

    def near() -> date:
        return day + timedelta(days=rng.randrange(-2, 4))

    schedule = Schedule(
        zone,
        tuple(random_windows(rng, 3) for _ in range(7)),
        {near(): random_windows(rng, 2) for _ in range(rng.randrange(3))},
        {near(): random_windows(rng, 2) for _ in range(rng.randrange(3))},
        frozenset(near() for _ in range(rng.randrange(2))),
        frozenset((one.month, one.day) for one in (near(),) if rng.random() < 0.2),
    )
    midnight = round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND
    return schedule, midnight + rng.randrange(-DAY // SECOND, 2 * DAY // SECOND) * SECOND


class ByHand:
    """The rules, window by window, without any of the calendar's code; nothing is merged, nothing is summed."""

    def __init__(self, schedule: Schedule, around: int) -> None:
        self.schedule = schedule
        here = datetime.fromtimestamp(around / SECOND, UTC).date()
        # On the day before a zone skips a date its zone's own date is already two further than that of UTC.
        days = [here + timedelta(days=n) for n in range(-8, 12)]
        there = [day for day in days if self.wall(day, 0) < self.wall(day + timedelta(days=1), 0)]
        self.opened: list[Period] = []
        self.paused: list[Period] = []
        for day, following in pairwise(there):
            self.opened += self.work(day, following)
            self.paused += [part for one in schedule.breaks.get(day, ()) for part in self.halves(one, day, following)]

    def wall(self, day: date, minute: int) -> int:
        day += timedelta(days=minute // 1440)
        moment = datetime(day.year, day.month, day.day, minute % 1440 // 60, minute % 60, tzinfo=self.zone)
        return round(moment.timestamp()) * SECOND

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.schedule.zone)

    def halves(self, window: Window, day: date, following: date) -> Iterator[Period]:
        overnight = window.closes <= window.opens
        yield self.wall(day, window.opens), self.wall(day, 1440 if overnight else window.closes)
        if overnight:
            yield self.wall(following, 0), self.wall(following, window.closes)

    def holiday(self, day: date) -> bool:
        return day in self.schedule.holidays or (day.month, day.day) in self.schedule.yearly

    def work(self, day: date, following: date) -> Iterator[Period]:
        """Yield what a date's own windows open; the second half of a night may be taken away by the next date."""
        if self.holiday(day):
            return
        own = self.schedule.shifts.get(day)
        replaced = own is None and following in self.schedule.shifts
        for window in self.schedule.weekly[day.weekday()] if own is None else own:
            halves = list(self.halves(window, day, following))
            yield halves[0]
            if not replaced and not self.holiday(following):
                yield from halves[1:]

    def is_open(self, at: int) -> bool:
        inside = any(start <= at < end for start, end in self.opened)
        return inside and not any(start <= at < end for start, end in self.paused)

    def step(self, start: int, most: int) -> Iterator[tuple[int, bool]]:
        """Yield every second from an instant on, and whether it is open."""
        return ((at, self.is_open(at)) for at in range(start, start + most * SECOND, SECOND))


def check_by_hand(seed: int, seconds: int) -> None:
    rng = random.Random(seed)
    schedule, start = random_case(rng)
    hand, calendar = ByHand(schedule, start), Calendar(schedule)
    steps = list(hand.step(start, seconds))
    opened = sum(is_open for _, is_open in steps)
    assert calendar.between(start, start + seconds * SECOND) == opened * SECOND, seed
    for at, is_open in rng.sample(steps, 20):
        assert calendar.is_open(at) is is_open, seed
    first = next((at for at, is_open in steps if is_open), None)
    if first is None:
        return
    assert calendar.next_open(start) == calendar.add(start, 0) == first
    wanted = rng.randrange(1, opened + 1)
    passed = 0
    for at, is_open in steps:
        passed += is_open
        if passed == wanted:
            assert calendar.add(start, wanted * SECOND) == at + SECOND, seed
            break
    closed = next((at for at, is_open in steps if at > first and not is_open), None)
    assert closed is None or calendar.closing(start) == closed, seed


@pytest.mark.parametrize("seed", range(100))
def test_every_answer_is_that_of_stepping_through_the_seconds(seed: int) -> None:
    check_by_hand(seed, 7200)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(10))
def test_five_thousand_answers_are_those_of_stepping_through_the_seconds(part: int) -> None:
    for seed in range(1000 + part * 500, 1500 + part * 500):
        check_by_hand(seed, 3600)


@pytest.mark.parametrize("seed", range(200))
def test_open_is_what_the_rules_say_by_hand(seed: int) -> None:
    rng = random.Random(seed)
    schedule, start = random_case(rng)
    hand, calendar = ByHand(schedule, start), Calendar(schedule)
    many = [start + rng.randrange(-3 * DAY, 3 * DAY) for _ in range(50)]
    assert [calendar.is_open(at) for at in many] == [hand.is_open(at) for at in many]


def check_laws(rng: random.Random) -> None:
    """Adding and measuring are inverse, measuring adds up, and no answer depends on what was asked before."""
    schedule, start = random_case(rng)
    calendar = Calendar(schedule)
    middle, end = sorted((start + rng.randrange(0, 20 * DAY), start + rng.randrange(0, 20 * DAY)))
    whole = calendar.between(start, end)
    assert whole == calendar.between(start, middle) + calendar.between(middle, end)
    assert calendar.between(end, start) == 0
    assert Calendar(schedule).between(start, end) == whole
    periods = calendar.periods(start, end)
    assert sum(closes - opens for opens, closes in periods) == whole
    assert all(start <= opens < closes <= end for opens, closes in periods)
    assert all(before[1] < after[0] for before, after in pairwise(periods))
    duration = rng.randrange(0, 400_000) * SECOND
    try:
        due = calendar.add(start, duration)
    except NeverOpenError:
        assert not any(schedule.weekly)
        return
    assert calendar.between(start, due) == duration
    if duration:
        assert calendar.between(start, due - 1) < duration
    assert calendar.add(start, whole) <= end or whole == 0
    opening = calendar.next_open(start)
    assert opening >= start
    assert calendar.is_open(opening)
    assert calendar.between(start, opening) == 0


@pytest.mark.parametrize("part", range(10))
def test_adding_and_measuring_keep_their_laws(part: int) -> None:
    rng = random.Random(part)
    for _ in range(100):
        check_laws(rng)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(20))
def test_a_hundred_thousand_schedules_keep_the_laws(part: int) -> None:
    rng = random.Random(100 + part)
    for _ in range(5000):
        check_laws(rng)


@pytest.mark.parametrize("seed", range(30))
def test_the_order_of_questions_does_not_change_an_answer(seed: int) -> None:
    rng = random.Random(seed)
    schedule, _ = random_case(rng)
    one = Calendar(schedule)
    for at in (rng.randrange(FIRST, LAST) for _ in range(5)):
        assert one.between(FIRST, at) == Calendar(schedule).between(FIRST, at)


def test_a_schedule_that_never_opens_is_refused_instead_of_searched_for_ever() -> None:
    closed = Calendar(Schedule("UTC", ((),) * 7))
    for question in (partial(closed.add, FIRST, SECOND), partial(closed.next_open, FIRST)):
        with pytest.raises(NeverOpenError):
            question()
    assert closed.between(FIRST, LAST) == 0


def test_only_leap_days_are_open_often_enough() -> None:
    yearly = frozenset((month, day) for month in range(1, 13) for day in range(1, 32)) - {(2, 29)}
    calendar = Calendar(Schedule("UTC", ((Window(0, 1440),),) * 7, yearly=yearly))
    march, february = (datetime(year, *rest, tzinfo=UTC) for year, rest in ((2012, (3, 1)), (2016, (2, 29))))
    assert calendar.next_open(round(march.timestamp()) * SECOND) == round(february.timestamp()) * SECOND


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Calendar(OFFICE).add(FIRST, -1)


def test_instants_outside_of_any_calendar_are_refused() -> None:
    for year in (1800, 2500):
        at = round((datetime(year, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * SECOND
        with pytest.raises(NeverOpenError):
            Calendar(OFFICE).is_open(at)


def test_a_window_lies_within_a_day() -> None:
    for opens, closes in ((1440, 60), (-1, 60), (0, 1441), (60, -1)):
        with pytest.raises(ValueError, match=r"between 00:00 and 24:00"):
            Window(opens, closes)
