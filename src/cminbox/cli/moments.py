"""Instants as a person at this machine reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from cminbox.i18n import dates


def shown(at: int) -> str:
    """Return an instant (UTC milliseconds) as day and time of day in this machine's time zone."""
    zone = datetime.fromtimestamp(at / 1000, UTC).astimezone().tzinfo
    return dates.moment(at, zone or UTC)
