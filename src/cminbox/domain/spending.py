"""What a reply costs on networks that charge for it, in millionths of their currency: whole numbers add up exactly."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REPLY = "reply"
REPLY_WITH_LINK = "reply with link"
PRIVATE_REPLY = "private reply"
"""The names under which a manifest gives its prices; a private reply costs what others do where it has none."""
UNITS_FOR_REPLY = "units for a reply"
UNITS_A_DAY = "units a day"
"""The same for a network that charges nothing but grants units, which its module counts itself."""
MILLION = 1_000_000
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def price_of(prices: Mapping[str, float], text: str, *, private: bool = False, link: bool | None = None) -> int:
    """Return what publishing a text costs; 0 where nothing is charged.

    `link` is whether its network takes something in it for a link; None leaves it to what everybody takes for one.
    """
    if private and PRIVATE_REPLY in prices:
        return round(prices[PRIVATE_REPLY] * MILLION)
    plain = prices.get(REPLY, 0.0)
    linked = _LINK.search(text) is not None if link is None else link
    return round((prices.get(REPLY_WITH_LINK, plain) if linked else plain) * MILLION)


def exceeds(spent: int, price: int, limit: float | None) -> bool:
    """Whether one more reply would go beyond a day's limit, None being no limit. What is free never does."""
    return price > 0 and limit is not None and spent + price > round(limit * MILLION)


def amount(millionths: int) -> str:
    """Return a sum as text: at least two decimals, and as many more as it has."""
    whole, _point, part = f"{millionths / MILLION:.6f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def day_of(now: int) -> str:
    """Return the day (UTC) of an instant in UTC milliseconds, as ISO 8601."""
    return datetime.fromtimestamp(now / 1000, UTC).date().isoformat()
