"""Which conversations a view or a search shows, and in which order, as a value; `grammar` reads what people type."""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Priority, QueueRow, Status
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from cminbox.domain.message import Kind


class Order(StrEnum):
    """How a list is ordered. What does not wait in the queue has no due time: such lists know only the middle two."""

    DUE = "due"
    """The least time left first."""
    NEWEST = "newest"
    """The newest message first."""
    OLDEST = "oldest"
    """The conversation first in which nobody has written for the longest time."""
    PRIORITY = "priority"
    """What matters most first; among equals the least time left."""

    @property
    def rising(self) -> bool:
        """Whether the keys of the order grow from its first row on."""
        return self is not Order.NEWEST


_RANKS = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}
RANK_BITS = 48
"""A due time has fewer bits: a rank above it makes one number of both."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, or one that is reckoned from the present; UTC milliseconds."""

    at: int | None = None
    ago: int = 0

    def resolve(self, now: int) -> int:
        """Return the instant that is meant at a present."""
        return now - self.ago if self.at is None else self.at


@dataclass(frozen=True, slots=True)
class Filter:
    """A conjunction of conditions; empty fields hold for everything. `status` None means the queue itself."""

    networks: tuple[str, ...] = ()
    """Names of networks, or their beginnings."""
    accounts: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    people: tuple[str, ...] = ()
    """Parts of handles or names."""
    tags: tuple[str, ...] = ()
    late: bool = False
    mine: bool = False
    ids: tuple[int, ...] = ()
    """Numbers of conversations; nobody types them, figures are opened with them."""
    free: bool = False
    """Assigned to nobody."""
    everything: bool = False
    """Not only what waits in the queue."""
    status: Status | None = None
    words: tuple[str, ...] = field(default=())
    flagged: bool = False
    languages: tuple[str, ...] = ()
    """Languages in which a customer wrote, such as `fr`; `fr` stands for `fr-CA` too."""
    stars: tuple[tuple[int, int], ...] = ()
    """Ratings, each from the first to the last number."""
    after: Moment | None = None
    before: Moment | None = None
    """When somebody wrote last: at `after` or later, earlier than `before`."""
    without: tuple[Filter, ...] = ()
    """None of these must hold; each is one condition."""
    within: tuple[Filter, ...] = ()
    """All of these must hold as well: the view in which one has typed."""
    order: Order | None = None
    """None is the list's own order."""

    @property
    def selective(self) -> bool:
        """Whether anything beyond the plain queue is asked for."""
        return replace(self, order=None) != Filter()

    @property
    def waiting(self) -> bool:
        """Whether only what waits in the queue is meant."""
        return self.status is None and not self.everything


def order_of(wanted: Filter | None) -> Order:
    """Return the order of a list: the one that was asked for, as far as such a list can have it."""
    asked = None if wanted is None else wanted.order
    if wanted is None or wanted.waiting:
        return asked or Order.DUE
    return asked if asked is Order.OLDEST else Order.NEWEST


def place_of(row: QueueRow, order: Order) -> int | None:
    """Return the key by which a row stands in an order, None where it has none."""
    if order in {Order.NEWEST, Order.OLDEST}:
        return row.last_message_at
    if row.due is None or order is Order.DUE:
        return row.due
    return (_RANKS[row.priority] << RANK_BITS) + row.due
