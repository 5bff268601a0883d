"""How the Graph API cuts its lists into pages, and how it writes a time."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_USUAL = 25


def cut(things: Sequence[Any], given: Mapping[str, str], show: Any, largest: int) -> dict[str, Any]:  # noqa: ANN401 - foreign JSON
    """Return one page of a list that is already in its order, `largest` items at most."""
    start = 0
    if "after" in given:
        last = base64.urlsafe_b64decode(given["after"].encode()).decode()
        start = next((place + 1 for place, thing in enumerate(things) if _key(thing) == last), len(things))
    amount = min(int(given.get("limit", _USUAL)), largest)
    page = things[start : start + amount]
    body: dict[str, Any] = {"data": [show(thing) for thing in page]}
    if page:
        body["paging"] = {"cursors": {"before": _cursor(page[0]), "after": _cursor(page[-1])}}
        if start + amount < len(things):
            body["paging"]["next"] = "https://graph.facebook.com/next"
    return body


def when(moment: int) -> str:
    """Return an instant (UTC milliseconds) as the API writes it."""
    return datetime.fromtimestamp(moment // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _key(thing: object) -> str:
    return str(getattr(thing, "id", ""))


def _cursor(thing: object) -> str:
    return base64.urlsafe_b64encode(_key(thing).encode()).decode()
