"""The calendar of Graph API versions: each lives about two years, then a request is answered as a later version.

Facebook and Instagram share it. Threads counts for itself (v1.0) and has announced no end of it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cminbox.domain.saying import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.saying import Saying

PINNED = "v25.0"
"""What networks ask for unless an account's settings say otherwise."""
ENDS: Mapping[str, str] = {
    "v20.0": "2026-09-24",
    "v21.0": "2027-01-21",
    "v22.0": "2027-05-20",
    "v23.0": "2027-10-08",
    "v24.0": "2028-02-18",
    "v25.0": "2028-07-29",
}
"""The last day of each version, as announced; a version that is not here has no announced end."""
WARN_DAYS = 120
_VERSION = re.compile(r"v(\d{1,3})\.(\d)")
_OLDEST = 20


def number_of(version: str) -> tuple[int, int]:
    """Return a version as numbers that can be compared. Raises ValueError for what is none."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is not a version of the Graph API, such as {PINNED}")
    return int(match[1]), int(match[2])


def warning(version: str, now: int) -> Saying | None:
    """Return what a person should know of a version's end, None while it is far away. `now` is UTC milliseconds."""
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    end = ENDS.get(version)
    if end is None:
        return _ended(version) if number_of(version)[0] < _OLDEST else None
    last = datetime.fromisoformat(end).date()
    if today > last:
        return _ended(version)
    if today <= last - timedelta(days=WARN_DAYS):
        return None
    return say(
        "Version {version} of the Graph API ends on {day}; set api_version to a later one before that",
        version=version,
        day=end,
    )


def served(asked: str, answered: str | None) -> Saying | None:
    """Return what a person should know when Meta answered as another version than was asked, None otherwise."""
    if answered is None or _VERSION.fullmatch(answered) is None or answered == asked:
        return None
    return say(
        "Version {version} of the Graph API was asked for and {answered} answered; set api_version to that one",
        version=asked,
        answered=answered,
    )


def _ended(version: str) -> Saying:
    return say(
        "Version {version} of the Graph API has ended; set api_version to {pinned}",
        version=version,
        pinned=PINNED,
    )
