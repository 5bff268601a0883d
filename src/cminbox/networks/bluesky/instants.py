"""Instants as the AT Protocol writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from cminbox.network_kit.reading import Shape, parse_instant


def iso(instant: int) -> str:
    """Return an instant (UTC milliseconds) as the protocol writes it."""
    moment = datetime.fromtimestamp(instant / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}Z"


def maybe_instant(text: str) -> int | None:
    """Return the instant (UTC milliseconds) of a text, None when it is none."""
    try:
        return parse_instant(text, "time")
    except Shape:
        return None
