"""Dates and times of day as the language in use writes them. Babel is loaded at the first call.

Instants are UTC milliseconds and `zone` is the reader's time zone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cminbox.i18n import language

if TYPE_CHECKING:
    from datetime import tzinfo


_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def moment(at: int, zone: tzinfo) -> str:
    """Return day and time of day, such as `Nov 20, 2026, 9:15 AM` or `20 nov. 2026, 09:15`."""
    from babel.dates import format_date, get_datetime_format  # noqa: PLC0415 - loaded at the first date shown

    pattern = get_datetime_format("medium", locale=language())
    shown_day = format_date(_local(at, zone), "medium", locale=language())
    return str(pattern).replace("{0}", clock(at, zone)).replace("{1}", shown_day)


def day(at: int, zone: tzinfo) -> str:
    """Return the day, such as `Friday, November 20, 2026` or `vendredi 20 novembre 2026`."""
    from babel.dates import format_date  # noqa: PLC0415 - loaded at the first date shown

    return format_date(_local(at, zone), "full", locale=language())


def weekday(day: int) -> str:
    """Return the short name of a weekday, Monday is 0, such as `Mon` or `lun.`."""
    from babel.dates import get_day_names  # noqa: PLC0415 - loaded at the first date shown

    return str(get_day_names("abbreviated", locale=language())[day])


def clock(at: int, zone: tzinfo) -> str:
    """Return the time of day to the minute, such as `9:15 AM` or `09:15`."""
    from babel.dates import format_time  # noqa: PLC0415 - loaded at the first date shown

    # Some terminal fonts lack the narrow space that English puts before AM and PM.
    return format_time(_local(at, zone), "short", locale=language()).replace(_NARROW_SPACE, " ")


def _local(at: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
