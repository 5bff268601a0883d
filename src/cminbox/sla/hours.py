"""Business hours as data: weekly windows, one-off shifts, breaks and holidays of one time zone."""

from __future__ import annotations

from dataclasses import field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Open from one wall time to another, in minutes after midnight; half open: the closing instant is closed.

    A window that closes at or before its opening runs overnight: its second part belongs to the next date.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        """Raise ValueError for times outside of a day."""
        if not (0 <= self.opens < DAY_MINUTES and 0 < self.closes <= DAY_MINUTES) and not (
            self.closes == 0 and 0 <= self.opens < DAY_MINUTES
        ):
            raise ValueError("a window lies between 00:00 and 24:00")

    @property
    def overnight(self) -> bool:
        """Whether it ends on the next date."""
        return self.closes <= self.opens


@dataclass(frozen=True)
class Schedule:
    """When a team works. Lists and mappings are read once; treat them as frozen.

    A holiday closes its whole local date, a shift replaces the weekly hours of its date (none closes it), and breaks
    are taken out last. `weekly` has seven entries, Monday first. `yearly` holidays are (month, day).
    """

    zone: str
    weekly: tuple[tuple[Window, ...], ...]
    shifts: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    breaks: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = frozenset()

    @cached_property
    def tz(self) -> ZoneInfo:
        """The time zone. Raises ZoneInfoNotFoundError."""
        return ZoneInfo(self.zone)

    @cached_property
    def always(self) -> bool:
        """Whether it is open around the clock, without any exception."""
        whole = Window(0, DAY_MINUTES)
        return all(day == (whole,) for day in self.weekly) and not (
            self.shifts or self.breaks or self.holidays or self.yearly
        )

    @cached_property
    def _special(self) -> frozenset[date]:
        """The dates whose parts, or those of the date after them, are not those of every week."""
        own = {*self.shifts, *self.holidays}
        return frozenset(own | {day + _DAY for day in own if day < date.max})

    @cached_property
    def _regular(self) -> tuple[list[tuple[int, int]], ...]:
        """The open parts of each weekday in a week without anything special."""
        return tuple(merge(_tails(self.weekly[day - 1]) + _heads(self.weekly[day])) for day in range(7))

    def is_holiday(self, day: date) -> bool:
        """Whether the whole date is closed."""
        return day in self.holidays or (day.month, day.day) in self.yearly

    def parts(self, day: date, eve: date) -> list[tuple[int, int]]:
        """Return the open parts of one date as wall minutes, merged and in order, breaks not yet taken out.

        `eve` is the date before it: not always yesterday, because a zone that moves across the date line skips a date.
        """
        if not self.yearly and day not in self._special and eve == day - _DAY:
            return self._regular[day.weekday()]
        if self.is_holiday(day):
            return []
        tails: list[tuple[int, int]] = []
        # The second part of a night belongs to this date: this date's own shift replaces a weekly one, not a shift's.
        if not self.is_holiday(eve) and (eve in self.shifts or day not in self.shifts):
            tails = _tails(self._starting(eve))
        return merge(tails + _heads(self._starting(day)))

    def pauses(self, day: date, eve: date) -> list[tuple[int, int]]:
        """Return what is taken out of one date, as wall minutes, merged and in order."""
        if not self.breaks:
            return []
        return merge(_tails(self.breaks.get(eve, ())) + _heads(self.breaks.get(day, ())))

    def _starting(self, day: date) -> tuple[Window, ...]:
        return self.shifts[day] if day in self.shifts else self.weekly[day.weekday()]


def _heads(windows: tuple[Window, ...]) -> list[tuple[int, int]]:
    """Return the parts of windows that lie on the date on which they begin."""
    return [(w.opens, DAY_MINUTES if w.overnight else w.closes) for w in windows]


def _tails(windows: tuple[Window, ...]) -> list[tuple[int, int]]:
    """Return the parts of windows that lie on the date after."""
    return [(0, w.closes) for w in windows if w.overnight and w.closes]


def merge(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return intervals in order, those that touch or overlap made one, empty ones dropped."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(parts: list[tuple[int, int]], holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what is left of intervals when `holes` (merged, in order) are taken out."""
    for hole_start, hole_end in holes:
        left: list[tuple[int, int]] = []
        for start, end in parts:
            if hole_end <= start or end <= hole_start:
                left.append((start, end))
                continue
            if start < hole_start:
                left.append((start, hole_start))
            if hole_end < end:
                left.append((hole_end, end))
        parts = left
    return parts
