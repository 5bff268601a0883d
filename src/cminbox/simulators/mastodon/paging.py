"""One page of a list: newest first, cut by opaque ids, with the Link header that leads to its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.simulators.mastodon.entities import Entities
    from cminbox.simulators.wire import Request

Item = TypeVar("Item")

_POSITIONS = frozenset({"max_id", "since_id", "min_id"})


def page_of(
    request: Request, items: Sequence[Item], key: Callable[[Item], int], entities: Entities, largest: int
) -> tuple[list[Item], str | None]:
    """Return the page of `items` (in any order) that a request asks for, and the value of its Link header.

    `min_id` gives what comes right after it, `since_id` the newest after it, `max_id` the newest before it.
    """
    ordered = sorted(items, key=key)
    below = entities.from_id(request.first("max_id"))
    after, newest_after = entities.from_id(request.first("min_id")), entities.from_id(request.first("since_id"))
    bounds = [bound for bound in (after, newest_after) if bound is not None]
    ordered = [
        item for item in ordered if (below is None or key(item) < below) and all(key(item) > bound for bound in bounds)
    ]
    limit = min(int(request.first("limit") or largest), largest)
    page = ordered[:limit] if after is not None else ordered[-limit:]
    page.reverse()
    if not page:
        return page, None
    kept = [(name, value) for name, value in request.query if name not in _POSITIONS]
    address = f"{entities.site}{request.path}?"
    older = urlencode([*kept, ("max_id", entities.to_id(key(page[-1])))])
    newer = urlencode([*kept, ("min_id", entities.to_id(key(page[0])))])
    return page, f'<{address}{older}>; rel="next", <{address}{newer}>; rel="prev"'
