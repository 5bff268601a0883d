"""How long the pinned version of a network's interface lives on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from cminbox.domain.saying import say

if TYPE_CHECKING:
    from cminbox.domain.network import Manifest
    from cminbox.domain.saying import Saying

WARN_DAYS = 90
"""So long before the end of a version it is time to choose a later one."""


def ending(manifest: Manifest, now: int) -> Saying | None:
    """Return what a person should know of a version that ends soon or has ended, None while its end is far away.

    `now` is UTC milliseconds. The last day of a version still belongs to it.
    """
    if manifest.api_ends is None:
        return None
    last = date.fromisoformat(manifest.api_ends)
    today = datetime.fromtimestamp(now / 1000, UTC).date()
    known = {"version": manifest.api_version, "network": manifest.title, "day": manifest.api_ends}
    if today > last:
        return say(
            "Version {version} of the interface of {network} ended on {day}; set api_version to a later one", **known
        )
    if today < last - timedelta(days=WARN_DAYS):
        return None
    return say(
        "Version {version} of the interface of {network} ends on {day}; set api_version to a later one before", **known
    )
