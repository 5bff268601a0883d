"""The views of the queue: what each one holds, and how a typed filter narrows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Status
from cminbox.domain.filter import Filter
from cminbox.domain.message import Kind
from cminbox.domain.value import dataclass
from cminbox.i18n import N_

if TYPE_CHECKING:
    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.reading import Counts


@dataclass(frozen=True, slots=True)
class View:
    """One tab. `label` and the `short` one for narrow terminals are English; `base` is None for the whole queue."""

    id: str
    label: str
    short: str
    base: Filter | None = None

    def count(self, counts: Counts) -> int:
        """Return how many conversations the view holds."""
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


def narrowed(base: Filter | None, typed: Filter | None) -> Filter | None:
    """Return the filter that shows what both allow; where both name kinds or a status, the view's stand."""
    if base is None or typed is None:
        return typed if base is None else base
    return replace(
        typed,
        kinds=base.kinds or typed.kinds,
        late=base.late or typed.late,
        status=base.status if base.status is not None else typed.status,
    )


def shows(wanted: Filter | None, row: QueueRow, *, waiting: bool, agent: str, now: int) -> bool:
    """Whether a list with this filter holds a row; `waiting` says whether the row stands in the queue.

    The store decides what is listed; this only decides whether an arrival is worth a count. Words are looked for in
    the line that is shown.
    """
    if wanted is None:
        return waiting
    if wanted.status is not None:
        waiting = row.status is wanted.status
    return (
        (waiting or wanted.everything)
        and (not wanted.kinds or row.kind in wanted.kinds)
        and (not wanted.networks or row.network.startswith(wanted.networks))
        and (not wanted.accounts or row.account in wanted.accounts)
        and all(tag in row.tags for tag in wanted.tags)
        and (not wanted.late or (row.late_at is not None and row.late_at < now))
        and (not wanted.mine or row.assignee == agent)
        and (not wanted.free or row.assignee is None)
        and (not wanted.people or _named(wanted.people, row))
        and all(word.casefold() in row.text.casefold() for word in wanted.words)
    )


def _named(people: tuple[str, ...], row: QueueRow) -> bool:
    names = f"{row.person.handle}\n{row.person.name}".casefold()
    return any(part.casefold() in names for part in people)
