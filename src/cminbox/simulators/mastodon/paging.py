"""One page of a list: newest first, cut by opaque ids, with the Link header that leads to its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cminbox.simulators.mastodon.desk import Desk

Item = TypeVar("Item")

_POSITIONS = frozenset({"max_id", "since_id", "min_id"})


def page_of(
    desk: Desk, items: Sequence[Item], key: Callable[[Item], int], largest: int
) -> tuple[list[Item], str | None]:
    """Return the page of `items` (in any order) that a request asks for, and the value of its Link header.

    `min_id` gives what comes right after it, `since_id` the newest after it, `max_id` the newest before it. An untidy
    server gives the same page in another order, one item of it twice, and one that belongs to an earlier page.
    """
    request, entities, largest = desk.request, desk.entities, min(largest, desk.rules.largest_page)
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
    if desk.rules.untidy:
        page = [*page, page[0], *[item for item in items if key(item) < key(page[-1])][-1:]]
        page = page[1::2] + page[::2]
    return page, f'<{address}{older}>; rel="next", <{address}{newer}>; rel="prev"'
