"""The calendar of LinkedIn's versions: one a month, written YYYYMM, each answered for a year, then refused with 426."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from cminbox.domain.saying import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.saying import Saying

PINNED = "202607"
"""What is asked for unless an account's settings say otherwise."""
ANNOUNCED: Mapping[str, str] = {
    "202510": "2026-10-15",
    "202511": "2026-11-16",
    "202601": "2027-01-15",
    "202602": "2027-02-15",
    "202603": "2027-03-16",
}
"""The last days that LinkedIn has announced. A version that is not here is taken to end a year after its month."""
_VERSION = re.compile(r"(20[0-9]{2})(0[1-9]|1[0-2])(?:\.[0-9]{2})?")
_MIDDLE = 15


def end_of(version: str) -> date:
    """Return the last day of a version. Raises ValueError for what is none."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is not a version of LinkedIn's interface, such as {PINNED}")
    announced = ANNOUNCED.get(f"{match[1]}{match[2]}")
    return date.fromisoformat(announced) if announced else date(int(match[1]) + 1, int(match[2]), _MIDDLE)


def refused(version: str) -> Saying:
    """Return what the answer 426 means: the version has ended, or has not begun."""
    return say(
        "LinkedIn does not answer version {version} of its interface (any more); set api_version to a later one, "
        "written as year and month",
        version=version,
    )
