"""Opening hours and moments in words, for customers: in the language of a reply, not in that of the agent."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.sla.hours import DAY_MINUTES, HOUR_MINUTES

if TYPE_CHECKING:
    from datetime import tzinfo

    from cminbox.sla.hours import Schedule, Window


@dataclass(frozen=True, slots=True)
class _Words:
    """How one language says times. `{}` in the patterns are filled in order."""

    days: tuple[str, ...]
    months: tuple[str, ...]
    one_day: str
    some_days: str
    window: str
    also: str
    always: str
    midnight: str
    whole_hour: str
    clock: str
    today: str
    tomorrow: str
    later: str


_WORDS = {
    "en": _Words(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
         "December"),
        one_day="{} {}",
        some_days="{} to {} {}",
        window="{} to {}",
        also=" and ",
        always="around the clock, every day",
        midnight="midnight",
        whole_hour="{}:00",
        clock="{}:{:02}",
        today="today at {}",
        tomorrow="tomorrow at {}",
        later="{} {} {} at {}",
    ),
    "fr": _Words(
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
         "décembre"),
        one_day="le {} {}",
        some_days="du {} au {} {}",
        window="de {} à {}",
        also=" et ",
        always="24 heures sur 24, 7 jours sur 7",
        midnight="minuit",
        whole_hour="{}\N{NO-BREAK SPACE}h",
        clock="{}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{:02}",
        today="aujourd\N{RIGHT SINGLE QUOTATION MARK}hui à {}",
        tomorrow="demain à {}",
        later="{} {} {} à {}",
    ),
}  # fmt: skip


def hours_in_words(schedule: Schedule, lang: str | None) -> str:
    """Return the weekly hours, such as `Monday to Friday 9:00 to 18:00`; empty in a language that is not spoken."""
    words = _WORDS.get(lang or "")
    if words is None:
        return ""
    if schedule.always:
        return words.always
    said: list[str] = []
    for windows, days in groupby(range(7), key=lambda day: schedule.weekly[day]):
        if windows:
            said.append(_days(list(days), words.also.join(_window(one, words) for one in windows), words))
    return ", ".join(said)


def moment_in_words(at: int, now: int, zone: tzinfo, lang: str | None) -> str:
    """Return a moment such as `tomorrow at 9:30`; both UTC milliseconds. Empty in a language that is not spoken."""
    words = _WORDS.get(lang or "")
    if words is None:
        return ""
    then, today = (datetime.fromtimestamp(one / 1000, UTC).astimezone(zone) for one in (at, now))
    clock = _clock(then.hour * HOUR_MINUTES + then.minute, words)
    days = (then.date() - today.date()).days
    if days in {0, 1}:
        return (words.tomorrow if days else words.today).format(clock)
    return words.later.format(words.days[then.weekday()], then.day, words.months[then.month - 1], clock)


def _days(days: list[int], windows: str, words: _Words) -> str:
    first, last = words.days[days[0]], words.days[days[-1]]
    if first == last:
        return words.one_day.format(first, windows)
    return words.some_days.format(first, last, windows)


def _window(window: Window, words: _Words) -> str:
    return words.window.format(_clock(window.opens, words), _clock(window.closes, words))


def _clock(minutes: int, words: _Words) -> str:
    if minutes % DAY_MINUTES == 0:
        return words.midnight
    hour, minute = divmod(minutes, HOUR_MINUTES)
    return words.clock.format(hour, minute) if minute else words.whole_hour.format(hour)
