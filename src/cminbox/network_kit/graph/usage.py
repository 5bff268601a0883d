"""How much of its allowance an application has used, as the headers of every answer tell."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.network_kit.waits import LONGEST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PER_CENT = ("call_count", "total_time", "total_cputime")
_OVERALL = ("x-app-usage", "x-page-usage")
_BY_BUSINESS = "x-business-use-case-usage"
_REGAIN = "estimated_time_to_regain_access"


@dataclass(frozen=True, slots=True)
class Usage:
    """What the fullest allowance is filled to (per cent), and in how many seconds access comes back, None if unsaid."""

    percent: float = 0.0
    regain_seconds: float | None = None


def read_usage(headers: Mapping[str, str]) -> Usage:
    """Return what X-App-Usage, X-Page-Usage and X-Business-Use-Case-Usage say; what is unreadable says nothing.

    `headers` has lower-case names. The time is given in minutes there, in seconds here, a day at most.
    """
    percent, minutes = 0.0, 0.0
    for row in _rows(headers):
        percent = max(percent, *(_figure(row.get(name)) for name in _PER_CENT))
        minutes = max(minutes, _figure(row.get(_REGAIN)))
    return Usage(percent, min(minutes * 60, LONGEST_SECONDS) if minutes else None)


def _rows(headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for name in _OVERALL:
        row = _object(headers.get(name))
        if row:
            yield row
    for rows in _object(headers.get(_BY_BUSINESS)).values():
        if isinstance(rows, list):
            yield from (row for row in rows if isinstance(row, dict))


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _figure(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return 0.0
    return max(float(value), 0.0)
