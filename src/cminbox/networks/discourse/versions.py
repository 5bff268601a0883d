"""The calendar of Discourse: a version a month, named by year and month; the longest supported lives eight months."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.versions import is_near

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying

PINNED = "2026.1"
"""The oldest version that is counted on, unless an account's settings say otherwise."""
LONGEST_MONTHS = 8
"""An extended version is looked after until two further ones have followed the next extended one, half a year later."""
_VERSION = re.compile(r"v?([0-9]{1,4})\.([0-9]{1,3})")
_FIRST_BY_DATE = 2025


def parsed(version: str) -> tuple[int, int] | None:
    """Return the first two figures of a version, None where there are none."""
    match = _VERSION.match(version)
    return None if match is None else (int(match[1]), int(match[2]))


def end_of(version: str) -> date | None:
    """Return the day by which no version of that month is looked after any more, None where that is not known."""
    figures = parsed(version)
    if figures is None or figures[0] < _FIRST_BY_DATE:
        return None
    months = figures[0] * 12 + figures[1] + LONGEST_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def warning(version: str, pinned: str, now: int) -> Saying | None:
    """Return what a person should know of a forum's version, None while all is well. `now` is UTC milliseconds."""
    figures, least = parsed(version), parsed(pinned)
    if figures is None:
        return None
    shown = safe(version, limit=40)
    if least is not None and figures < least:
        return say(
            "The forum runs Discourse {version}, which is older than {pinned}; some things may not work",
            version=shown,
            pinned=pinned,
        )
    end = end_of(version)
    if end is None or not is_near(end, now):
        return None
    return say(
        "The forum runs Discourse {version}, which gets no corrections after {day} at the latest; whoever runs it "
        "should bring it up to date",
        version=shown,
        day=end.isoformat(),
    )
