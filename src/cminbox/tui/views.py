"""The views of the queue: what each one holds, and how a typed filter narrows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Status
from cminbox.domain.filter import Filter
from cminbox.domain.message import Kind
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from cminbox.inbox.reading import Counts
    from cminbox.inbox.saved_views import SavedView

_SHORT = 8


@dataclass(frozen=True, slots=True)
class View:
    """One tab. `label` and the `short` one for narrow terminals are English; `base` is None for the whole queue.

    A view of a person's `own` has his words as its label, and the filter as he `typed` it.
    """

    id: str
    label: str
    short: str
    base: Filter | None = None
    own: bool = False
    typed: str = ""

    @property
    def title(self) -> str:
        """What the view is called."""
        return self.label if self.own else _(self.label)

    @property
    def short_title(self) -> str:
        """What the view is called where there is little room."""
        return self.short if self.own else _(self.short)

    def count(self, counts: Counts) -> int:
        """Return how many conversations one of the inbox's own views holds."""
        if self.base is None:
            return counts.queue
        if self.base.late:
            return counts.late
        if self.base.status is not None:
            return counts.statuses.get(self.base.status, 0)
        return sum(counts.kinds.get(kind, 0) for kind in self.base.kinds)


VIEWS: tuple[View, ...] = (
    View("all", N_("Inbox"), N_("Inbox")),
    View("mentions", N_("Mentions"), N_("Ment"), Filter(kinds=(Kind.MENTION,))),
    View("dms", N_("Messages"), N_("DM"), Filter(kinds=(Kind.DM,))),
    View("comments", N_("Comments"), N_("Com"), Filter(kinds=(Kind.COMMENT,))),
    View("reviews", N_("Reviews"), N_("Rev"), Filter(kinds=(Kind.REVIEW,))),
    View("late", N_("Late"), N_("Late"), Filter(late=True)),
    View("snoozed", N_("Put off"), "z", Filter(status=Status.SNOOZED)),
)


def view(name: str) -> View:
    """Return a view by its id. Raises KeyError."""
    return {one.id: one for one in VIEWS}[name]


def own_view(saved: SavedView) -> View:
    """Return a view that a person has saved. Its filter was found to be one."""
    from cminbox.domain.grammar import parse_filter  # noqa: PLC0415 - not before the first paint

    name = safe(saved.name)
    return View(f"own {saved.name}", name, name[:_SHORT], parse_filter(saved.filter), own=True, typed=saved.filter)


def narrowed(base: Filter | None, typed: Filter | None) -> Filter | None:
    """Return the filter of what both hold; where a view stands for a status, what is typed looks within that."""
    if base is None or typed is None:
        return typed if base is None else base
    status = typed.status if base.status is None else base.status
    everything = (base.everything or typed.everything) and base.status is None
    whole = replace(base, status=None, everything=False, order=None)
    within = (whole,) if whole.selective else ()
    return replace(
        typed, status=status, everything=everything, order=typed.order or base.order, within=(*typed.within, *within)
    )
