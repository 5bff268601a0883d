"""The lists of conversations that have a name, as the filters that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.grammar import parse_filter

if TYPE_CHECKING:
    from cminbox.domain.filter import Filter

VIEWS = {
    "queue": "",
    "mentions": "kind:mention",
    "comments": "kind:comment",
    "dms": "kind:dm",
    "reviews": "kind:review",
    "late": "is:late",
    "mine": "is:mine",
    "free": "is:free",
    "pending": "is:pending",
    "snoozed": "is:snoozed",
    "done": "is:done",
    "all": "is:all",
}


def wanted(view: str | None, text: str | None) -> Filter:
    """Return the filter for a named view, narrowed by what a person typed. Raises UsageProblem."""
    return parse_filter(" ".join(part for part in (VIEWS[view or "queue"], text or "") if part))
