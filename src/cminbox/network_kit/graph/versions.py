"""The calendar of Graph API versions: each lives about two years, then a request is answered as a later version.

Facebook and Instagram share it. Threads counts for itself (v1.0) and has announced no end of it.
"""

from __future__ import annotations

import re
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
_VERSION = re.compile(r"v(\d{1,3})\.(\d)")
_OLDEST = 20


def number_of(version: str) -> tuple[int, int]:
    """Return a version as numbers that can be compared. Raises ValueError for what is none."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is not a version of the Graph API, such as {PINNED}")
    return int(match[1]), int(match[2])


def end_of(version: str) -> str | None:
    """Return the last day of a version as ISO 8601 text, None where none is announced.

    What is older than every version here had ended before the first of them did, and is given that day.
    """
    end = ENDS.get(version)
    return min(ENDS.values()) if end is None and number_of(version)[0] < _OLDEST else end


def served(asked: str, answered: str | None) -> Saying | None:
    """Return what a person should know when Meta answered as another version than was asked, None otherwise."""
    if answered is None or _VERSION.fullmatch(answered) is None or answered == asked:
        return None
    return say(
        "Version {version} of the Graph API was asked for and {answered} answered; set api_version to that one",
        version=asked,
        answered=answered,
    )
