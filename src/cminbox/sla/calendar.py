"""Business-hours arithmetic on instants: exact to the millisecond, at the cost of a look-up."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.sla.faults import NeverOpenError
from cminbox.sla.hours import DAY_MINUTES, merge, subtract

if TYPE_CHECKING:
    from cminbox.sla.hours import Schedule

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY_MS = 24 * 3600 * 1000
_MINUTE_MS = 60 * 1000
_CHUNK_DAYS = 32
_BARREN_DAYS = 12 * 366
"""The longest time without a business second that is not taken for "never": leap days recur within eight years."""
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1).toordinal(), date(2400, 1, 1).toordinal()
"""The dates of every calendar. More than anybody plans, and little enough to work all of them out in a second."""


class Calendar:
    """A schedule with its periods worked out on demand. All instants are UTC milliseconds, durations milliseconds.

    A window border that falls in a clock change's gap moves on by the gap; in an overlap it is the first occurrence.
    Elapsed time is real time: a 24 h window on a day of 25 h has 25 h.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._opened: list[int] = [0]
        """The business time before each period, and after the last."""
        self._low = self._high = 0
        """The dates worked out so far, as proleptic ordinals, half open; equal when none."""

    def add(self, start: int, duration: int) -> int:
        """Return the earliest instant at which `duration` of business time has passed since `start`.

        A duration that ends exactly at closing is due at closing; zero gives the next business instant.
        Raises NeverOpenError, and ValueError for a negative duration.
        """
        if duration < 0:
            raise ValueError("a duration is not negative")
        if self.schedule.always:
            return start + duration
        if duration == 0:
            return self.next_open(start)
        self._cover(start, start)
        wanted = self._elapsed_before(start) + duration
        barren = 0
        while self._opened[-1] < wanted:
            barren = self._grow_up(barren)
        index = bisect_left(self._opened, wanted) - 1
        return self._starts[index] + wanted - self._opened[index]

    def between(self, start: int, end: int) -> int:
        """Return the business time that elapsed between two instants, 0 when the end comes first."""
        if end <= start:
            return 0
        if self.schedule.always:
            return end - start
        self._cover(start, end)
        return self._elapsed_before(end) - self._elapsed_before(start)

    def is_open(self, at: int) -> bool:
        """Whether an instant is business time: the opening instant is, the closing instant is not."""
        if self.schedule.always:
            return True
        self._cover(at, at)
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at < self._ends[index]

    def next_open(self, at: int) -> int:
        """Return the first business instant at or after one. Raises NeverOpenError."""
        if self.schedule.always:
            return at
        index = self._period_at_or_after(at)
        return max(at, self._starts[index])

    def closing(self, at: int) -> int:
        """Return the end of the current or else the next period; windows that touch are one. Raises NeverOpenError."""
        if self.schedule.always:
            raise NeverOpenError(say("A schedule around the clock never closes"))
        index = self._period_at_or_after(at)
        barren = 0
        # A period that reaches the edge of what is worked out may go on behind it.
        while index == len(self._ends) - 1 and self._ends[index] >= self._instant(self._high, 0):
            if barren > _BARREN_DAYS:
                raise NeverOpenError(say("This schedule never closes"))
            barren += _CHUNK_DAYS
            self._extend_up()
        return self._ends[index]

    def periods(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the stretches of business time between two instants, clipped to them."""
        if end <= start:
            return []
        if self.schedule.always:
            return [(start, end)]
        self._cover(start, end)
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return [(max(start, self._starts[index]), min(end, self._ends[index])) for index in range(first, last)]

    def _period_at_or_after(self, at: int) -> int:
        self._cover(at, at)
        barren = 0
        while (index := bisect_right(self._ends, at)) >= len(self._ends):
            barren = self._grow_up(barren)
        return index

    def _elapsed_before(self, at: int) -> int:
        """Return the business time between the first worked-out period and an instant that is covered."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return 0
        return self._opened[index] + min(at, self._ends[index]) - self._starts[index]

    def _cover(self, first: int, last: int) -> None:
        """Work out the periods around an interval, a date more on both sides for the zone's offset."""
        low = first // _DAY_MS + _EPOCH.date().toordinal() - 2
        high = last // _DAY_MS + _EPOCH.date().toordinal() + 3
        if low < _FIRST_DAY or high > _LAST_DAY:
            raise NeverOpenError(say("The answer lies outside of any calendar"))
        if self._low == self._high:
            self._low = self._high = low
        while self._high < high:
            self._extend_up()
        if low < self._low:
            self._extend_down(low)

    def _grow_up(self, barren: int) -> int:
        """Work out more; return how many days in a row brought nothing. Raises NeverOpenError after too many."""
        before = self._opened[-1]
        self._extend_up()
        if self._opened[-1] > before:
            return 0
        if barren > _BARREN_DAYS:
            raise NeverOpenError(say("This schedule never opens again"))
        return barren + _CHUNK_DAYS

    def _extend_up(self) -> None:
        if self._high >= _LAST_DAY:
            raise NeverOpenError(say("The answer lies outside of any calendar"))
        self._append_dates(self._high, self._high + _CHUNK_DAYS)
        self._high += _CHUNK_DAYS

    def _extend_down(self, low: int) -> None:
        low = max(_FIRST_DAY, min(low, self._low - _CHUNK_DAYS))
        later = list(zip(self._starts, self._ends, strict=True))
        self._starts, self._ends, self._opened = [], [], [0]
        self._append_dates(low, self._low)
        self._append(later)
        self._low = low

    def _append_dates(self, low: int, high: int) -> None:
        """Work out the periods of the dates from `low` until before `high`."""
        before, midnight = self._instant(low - 1, 0), self._instant(low, 0)
        for ordinal in range(low, high):
            after = self._instant(ordinal + 1, 0)
            # A zone that moves across the date line leaves out a whole date, and the night before ends a date later.
            if after > midnight:
                eve = ordinal - 1 if midnight > before else ordinal - 2
                self._append(self._periods(ordinal, eve, midnight, plain=after - midnight == _DAY_MS))
            before, midnight = midnight, after

    def _append(self, periods: list[tuple[int, int]]) -> None:
        for start, end in periods:
            begin = start
            if self._ends and start <= self._ends[-1]:
                if end <= self._ends[-1]:
                    continue
                begin = self._ends[-1]
                self._ends[-1] = end
                self._opened[-1] += end - begin
            else:
                self._starts.append(begin)
                self._ends.append(end)
                self._opened.append(self._opened[-1] + end - begin)

    def _periods(self, ordinal: int, eve: int, midnight: int, *, plain: bool) -> list[tuple[int, int]]:
        """Return the business time of one date as instants; `plain` says that no clock changes on it."""
        day, before = date.fromordinal(ordinal), date.fromordinal(eve)
        parts = self.schedule.parts(day, before)
        if not parts:
            return []
        known = midnight if plain else None
        opened = self._instants(ordinal, parts, known)
        pauses = self.schedule.pauses(day, before)
        return subtract(opened, self._instants(ordinal, pauses, known)) if pauses else opened

    def _instants(self, ordinal: int, parts: list[tuple[int, int]], midnight: int | None) -> list[tuple[int, int]]:
        """Return wall minutes of a date as instants; `midnight` is given when no clock changes on that date."""
        if midnight is not None:
            return [(midnight + start * _MINUTE_MS, midnight + end * _MINUTE_MS) for start, end in parts]
        return merge([(self._instant(ordinal, start), self._instant(ordinal, end)) for start, end in parts])

    def _instant(self, ordinal: int, minutes: int) -> int:
        days, minutes = divmod(minutes, DAY_MINUTES)
        wall = datetime.combine(
            date.fromordinal(ordinal + days),
            time(minutes // 60, minutes % 60),
            tzinfo=self.schedule.tz,
        )
        # An aware wall time with fold 0 is read with the offset before a change: just the rule for gap and overlap.
        return (wall - _EPOCH) // _MILLISECOND
