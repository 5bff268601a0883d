"""How long a rate limit asks us to wait, in every form that networks use."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_SECONDS = 24 * 3600.0
_EPOCH_FROM = 1_000_000_000
_MILLISECONDS_FROM = 1_000_000_000_000
_RESET_HEADERS = ("x-ratelimit-reset-after", "x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")


def wait_from_headers(headers: Mapping[str, str], now: int) -> float | None:
    """Return the seconds to wait that an answer asks for, None when it says nothing readable.

    `headers` has lower-case names; `now` is UTC milliseconds. Retry-After (seconds, a date) wins over the reset
    headers (epoch seconds or milliseconds, ISO 8601, or seconds to go). Bounded to a day.
    """
    for name in ("retry-after", *_RESET_HEADERS):
        value = headers.get(name)
        if value is not None and (seconds := seconds_until(value.strip(), now)) is not None:
            return min(max(seconds, 0.0), LONGEST_SECONDS)
    return None


def seconds_until(value: str, now: int) -> float | None:
    """Return the seconds from `now` (UTC milliseconds) that a header's value means, None when it is unreadable."""
    try:
        number = float(value)
    except ValueError:
        moment = _date(value)
        return None if moment is None else moment.timestamp() - now / 1000
    if not math.isfinite(number):
        return None
    if number >= _MILLISECONDS_FROM:
        return (number - now) / 1000
    return number - now / 1000 if number >= _EPOCH_FROM else number


def _date(value: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(value)
        except (ValueError, TypeError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
