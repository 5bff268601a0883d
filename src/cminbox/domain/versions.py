"""How long a version of somebody's interface lives on, and from when on a person is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from cminbox.domain.saying import say

if TYPE_CHECKING:
    from cminbox.domain.network import Manifest
    from cminbox.domain.saying import Saying

WARN_DAYS = 90
"""So long before the end of a version it is time to choose a later one, whatever the network."""


def days_left(last: date, now: int) -> int:
    """Return how many days a version lives after today (UTC; `now` is milliseconds); below zero it has ended.

    The last day of a version still belongs to it.
    """
    return (last - datetime.fromtimestamp(now / 1000, UTC).date()) // timedelta(days=1)


def is_near(last: date, now: int) -> bool:
    """Whether a person should hear of the end of a version by now (UTC milliseconds)."""
    return days_left(last, now) <= WARN_DAYS


def ending(manifest: Manifest, now: int) -> Saying | None:
    """Return what a person should know of a version that ends soon or has ended, None while its end is far away.

    `now` is UTC milliseconds.
    """
    last = None if manifest.api_ends is None else date.fromisoformat(manifest.api_ends)
    if last is None or not is_near(last, now):
        return None
    known = {"version": manifest.api_version, "network": manifest.title}
    if days_left(last, now) < 0:
        return say("Version {version} of the interface of {network} has ended; set api_version to a later one", **known)
    return say(
        "Version {version} of the interface of {network} ends on {day}; set api_version to a later one before",
        **known,
        day=last.isoformat(),
    )
