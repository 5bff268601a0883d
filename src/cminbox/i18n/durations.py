"""Lengths of time as short text: pure arithmetic, fast enough for every row of every frame."""

from __future__ import annotations

from cminbox.i18n import language

MINUTE = 60
HOUR = 3600
DAY = 86_400
_HOURS_UNTIL = 2 * DAY
_LAST_MOMENTS, _STEP = 2 * MINUTE, 10
_DAY_LETTERS = {"en": "d", "fr": "j"}
_MINUS = "-"


def time_left(seconds: float) -> str:
    """Return the queue's text for the time until a reply is due: `0:31`, `5h`, `3d`, and `-0:12` for late.

    Under an hour it is hours and minutes; from an hour to two days whole hours, above that whole days (`j` in
    French). Parts of a unit that are gone are not shown: 31 min 59 s are `0:31`, 12 min 59 s late are `-0:12`. The last
    two minutes are shown as seconds, in steps of ten: `110s`.
    """
    whole = int(abs(seconds))
    sign = _MINUS if seconds < 0 else ""
    if 0 <= seconds < _LAST_MOMENTS:
        return f"{whole // _STEP * _STEP}s"
    if whole < HOUR:
        return f"{sign}0:{whole // MINUTE:02d}"
    if whole < _HOURS_UNTIL:
        return f"{sign}{whole // HOUR}h"
    return f"{sign}{whole // DAY}{_DAY_LETTERS[language()]}"


def span(seconds: float) -> str:
    """Return a length of time in its largest whole unit, for an age or a wait: `45 s`, `12 min`, `2 h`, `3 d`."""
    whole = int(abs(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < _HOURS_UNTIL:
        return f"{whole // HOUR} h"
    return f"{whole // DAY} {_DAY_LETTERS[language()]}"


def about(seconds: float) -> str:
    """Return a length of time in as much detail as it matters: seconds below an hour, minutes below two days."""
    whole = int(abs(seconds))
    unit = HOUR if whole >= _HOURS_UNTIL else MINUTE if whole >= HOUR else 1
    return exact(whole // unit * unit)


def exact(seconds: float) -> str:
    """Return a length of time with every unit it has, for a setting or an explanation: `1 h 30 min`, `2 d`, `8 s`."""
    rest = int(abs(seconds))
    parts: list[str] = []
    for unit, name in ((DAY, _DAY_LETTERS[language()]), (HOUR, "h"), (MINUTE, "min"), (1, "s")):
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "0 s"
