"""What a person has before him: a view, a list with one chosen conversation, counts, accounts, replies that are held.

Nothing here draws. Every reading comes from the store, so that the desk never holds a truth of its own.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from cminbox.domain.account import HealthState
from cminbox.domain.filter import Filter
from cminbox.domain.problem import Problem
from cminbox.domain.reply import needs_a_person
from cminbox.domain.value import dataclass
from cminbox.tui import wording
from cminbox.tui.actions import Fact
from cminbox.tui.holds import History, Holds
from cminbox.tui.keymap import Keymap
from cminbox.tui.layouts import meanings
from cminbox.tui.marks import Marks, between
from cminbox.tui.views import VIEWS, View, narrowed, own_view
from cminbox.tui.window import Window

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.filter import Order
    from cminbox.domain.reply import StoredReply
    from cminbox.domain.saying import Saying
    from cminbox.inbox.kept_marks import Marked
    from cminbox.inbox.presence import Resume
    from cminbox.inbox.reading import Counts, Place
    from cminbox.inbox.reporting import Forecast
    from cminbox.tui.session import Session
    from cminbox.tui.tallying import Tally

    Repeat = Callable[[], Awaitable[None] | None]

_RECENT, _REMARKS = 8, 20
MOST_COUNTED = 999
"""What a view of one's own holds is counted up to here."""
_UNSEEN_WAIT = 15 * 60 * 1000
"""A conversation beyond what is loaded counts as an arrival when its wait began at most so long before the last merge:
the slowest pace at which accounts are read."""


@dataclass(frozen=True, slots=True)
class News:
    """What looks different since the last look: rows by index, the chosen conversation, the views with what presses."""

    rows: tuple[int, ...] = ()
    chosen: bool = False
    views: bool = True


@dataclass(slots=True)
class Desk:
    """One person's desk. Indexes are those of the window."""

    session: Session
    keymap: Keymap
    window: Window
    counts: Counts
    accounts: Mapping[str, Account]
    view: View = VIEWS[0]
    typed: Filter | None = None
    query: str = ""
    chosen: int = 0
    holds: Holds = field(default_factory=Holds)
    history: History = field(default_factory=History)
    marks: Marks = field(default_factory=Marks)
    order: Order | None = None
    """The order that a person wants lists in; None is each list's own."""
    advance: str = "next"
    """Where one goes on after an act: "next", "previous" or "stay"."""
    views: tuple[View, ...] = VIEWS
    """The inbox's own views, and those that were saved."""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """How many conversations views hold, as it was counted last, by the view's id."""
    recent: list[str] = field(default_factory=list)
    """What was picked from a strip, the newest first."""
    repeat: Repeat | None = None
    """Does the last verb once more."""
    unsent: tuple[StoredReply, ...] = ()
    """Replies that wait for a person: interrupted, refused, unknown."""
    left_marks: Marked | None = None
    """What another screen of this person's has left marked, None where nothing is left or it was settled."""
    remarks: tuple[str, ...] = ()
    """What was to be said at the start, or was too long for its line."""
    sync: str = ""
    """One sentence when nobody fetches and sends, else empty."""
    outlook: Forecast | None = None
    """How many more will be late before the shift ends, None as long as nobody has looked ahead."""
    asked: dict[int, str] = field(default_factory=dict)
    """What this screen has asked of networks and not heard of yet: whom it is about, by the number of the act."""
    arrivals: set[int] = field(default_factory=set)
    """Conversations that have come since the last merge, and are shown by the next one."""
    _merged_at: int = 0
    _places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session) -> Desk:
        """Return the desk of a session, with the queue's first page."""
        desk = cls(
            session,
            Keymap(own=session.keys, signs=meanings(session.layout, session.signs)),
            Window(session.reading.page),
            session.reading.counts(),
            {one.name: one for one in session.reading.accounts()},
        )
        desk.advance = session.advance
        desk.read_views()
        desk.merge()
        desk.read_unsent()
        return desk

    @property
    def now(self) -> int:
        """The present, UTC milliseconds."""
        return self.session.now()

    @property
    def wanted(self) -> Filter | None:
        """The filter of what is listed: the view's and the typed one together, in the order that is wanted."""
        found = narrowed(self.view.base, self.typed)
        if self.order is None or (found is not None and found.order is not None):
            return found
        return replace(found or Filter(), order=self.order)

    @property
    def row(self) -> QueueRow | None:
        """The chosen conversation, None when the list is empty."""
        return self.window[self.chosen].row if self.chosen < len(self.window) else None

    @property
    def arrived(self) -> int:
        """How many conversations have come that are not shown."""
        return len(self.arrivals)

    @property
    def empty(self) -> bool:
        """Whether nothing was ever connected or imported."""
        connected = any(one.connected_at is not None for one in self.accounts.values())
        return not connected and not any(self.counts.statuses.values())

    def facts(self) -> frozenset[Fact]:
        """Return what holds now, for the question which keys do something."""
        holds = (
            (Fact.ROW, self.row is not None),
            (Fact.UNDO, bool(self.history.steps)),
            (Fact.ARRIVALS, bool(self.arrivals)),
            (Fact.FILTER, self.typed is not None),
            (Fact.MARKS, self.marks.some),
            (Fact.HELD, bool(len(self.holds))),
            (Fact.OWN_VIEW, self.view.own),
            (Fact.LEFT_MARKS, self.left_marks is not None),
        )
        return frozenset(fact for fact, true in holds if true)

    def time_left(self, row: QueueRow, now: int) -> int | None:
        """Return the working time until an answer is due, in milliseconds; None where none is awaited."""
        return self.session.reading.time_left(row, now)

    def remember(self, picked: str) -> None:
        """Remember what was picked from a strip, so that it stands first the next time."""
        self.recent = [picked, *(one for one in self.recent if one != picked)][:_RECENT]

    def remember_remark(self, text: str) -> None:
        """Keep what was too long for its line, so that it can be read in full."""
        if not any(text.startswith(one) for one in self.remarks):
            self.remarks = (*self.remarks, text)[-_REMARKS:]

    def marked(self, limit: int | None = None) -> list[int]:
        """Return what is marked, the range that is being drawn after the rest; of it `limit` beyond what is loaded."""
        ids = dict(self.marks.ids)
        ids.update(dict.fromkeys(self._in_range(limit)))
        return list(ids)

    def count_marked(self) -> int:
        """Return how many are marked; in a range that reaches beyond what is loaded, `MOST_COUNTED` + 1 for more."""
        return len({*self.marks.ids, *self._in_range(MOST_COUNTED + 1)})

    def is_marked(self, index: int) -> bool:
        """Whether a row is marked or lies in the range."""
        one, marks = self.window[index], self.marks
        if one.row.id in marks.ids:
            return True
        return marks.anchor is not None and between(marks.anchor, self.window[self.chosen].place, one.place)

    def _in_range(self, limit: int | None = None) -> list[int]:
        anchor, window = self.marks.anchor, self.window
        if anchor is None or not len(window):
            return []
        here = window[self.chosen].place
        if between(window[0].place, window[len(window) - 1].place, anchor):
            held = (window[index] for index in range(len(window)))
            return [one.row.id for one in held if between(anchor, here, one.place)]
        return self.session.reading.ids(self.wanted, between=(anchor, here), limit=limit)

    def account(self, row: QueueRow) -> Account | None:
        """Return the account of a conversation, None when it was removed."""
        return self.accounts.get(row.account)

    def go_to_view(self, view: View) -> None:
        """Show another view, where it was left."""
        self._remember_place()
        if view.id != self.view.id:
            # Nothing is done to rows that one may have forgotten.
            self.marks.clear()
        before, self.view = self.view, view
        try:
            self._load(self._places.get(view.id))
        except Problem:
            self.view = before
            raise

    def count_of(self, view: View) -> int | None:
        """Return how many conversations a view holds, None while nobody has counted."""
        if not view.own:
            return view.count(self.counts)
        tally = self.tallies.get(view.id)
        return None if tally is None else tally.all

    def read_views(self) -> tuple[Saying, ...]:
        """Read the saved views; return what is wrong with any of them."""
        saved = self.session.saved_views
        if saved is None:
            return ()
        found = saved.load()
        self.views = (*VIEWS, *(own_view(one) for one in found.views))
        self.view = next((one for one in self.views if one.id == self.view.id), self.view)
        return found.faults

    def view_called(self, name: str) -> View | None:
        """Return the saved view with a name, None when there is none."""
        wanted = " ".join(name.split()).casefold()
        return next((one for one in self.views if one.own and one.label.casefold() == wanted), None)

    def read_anew(self) -> None:
        """Read the list in the order that is wanted now, around the chosen conversation."""
        self._places.clear()
        self._load(None if self.row is None else self.session.reading.place(self.row.id, self.wanted))

    def resume(self, left: Resume) -> bool:
        """Show the view and choose the conversation where another screen was left; return whether it is listed."""
        found = {one.id: one for one in self.views}.get(left.view, self.view)
        place = self.session.reading.place(left.conversation_id, found.base)
        if place is None:
            return False
        self.view = found
        self._load(place)
        return self.choose_conversation(left.conversation_id)

    def filter(self, text: str) -> None:
        """Show only what matches a typed filter, everything for an empty one. Raises Problem, and all is as before."""
        from cminbox.domain.grammar import parse_filter  # noqa: PLC0415 - not before the first paint

        typed = parse_filter(text) if text.strip() else None
        if typed == self.typed:
            self.query = text.strip()
            return
        ended = typed is None and self.row is not None
        place = self.window[self.chosen].place if ended else None
        before = (self.typed, self.query)
        self.typed, self.query = typed, text.strip()
        try:
            self._load(None if self.window.ordered_otherwise(self.wanted) else place)
        except Problem:
            self.typed, self.query = before
            raise

    def narrow(self, wanted: Filter) -> None:
        """Show what a filter holds that nobody typed, in the view of everything."""
        self.go_to_view(VIEWS[0])
        self.typed, self.query = wanted, ""
        self._load(None)

    def merge(self) -> None:
        """Read the list anew where one is: arrivals come in, what was handled goes."""
        self._load(self.window[self.chosen].place if self.row is not None else None)

    def choose(self, index: int) -> bool:
        """Choose a row, the nearest one there is; return whether the choice has changed."""
        index = max(0, min(index, len(self.window) - 1))
        if index == self.chosen:
            return False
        self.chosen = index
        return True

    def choose_conversation(self, conversation_id: int) -> bool:
        """Choose a conversation where it is listed; return whether it is."""
        index = self.window.index(conversation_id)
        if index is None:
            return False
        self.chosen = index
        return True

    def reach(self, first: int, last: int) -> int:
        """Load what lies around these indexes; return by how much every index has moved."""
        moved = self.window.reach(first, last)
        self.chosen = max(0, self.chosen + moved)
        return moved

    def following(self) -> int | None:
        """Return the index of the row to go on to after an act, None to stay."""
        if self.advance == "stay":
            return None
        return self.next_waiting(backwards=self.advance == "previous")

    def next_waiting(self, *, backwards: bool = False) -> int | None:
        """Return the index of the next row that still waits, the one before when none follows, None for none.

        `backwards` looks at those before first.
        """
        now = self.now
        after = range(self.chosen + 1, len(self.window))
        before = range(self.chosen - 1, -1, -1)
        parts = (before, after) if backwards else (after, before)
        rows = (index for part in parts for index in part)
        return next((index for index in rows if not wording.state_of(self.window[index].row, now).handled), None)

    def refresh(self, ids: Iterable[int]) -> News:
        """Read conversations again that this screen has changed, and what depends on them."""
        touched = set(ids)
        wanted = [one for one in touched if self.window.index(one) is not None]
        rows = self.session.reading.rows(wanted) if wanted else {}
        self._count(wanted, rows, known=len(wanted) == len(touched))
        changed = self.window.update(rows)
        return News(tuple(changed), self.row is not None and self.row.id in touched)

    def poll(self) -> News | None:
        """Return what has changed in the store since the last look, None when nothing has."""
        changed = self.session.changes.poll()
        if changed is None:
            return None
        before = self.counts, self.accounts, self.unsent, self.arrived
        self.accounts = {one.name: one for one in self.session.reading.accounts()}
        self.read_unsent()
        ids = list(self.window.ids()) if changed.many else list(changed.ids)
        rows = self.session.reading.rows(ids)
        listed = [one for one in ids if self.window.index(one) is not None]
        self._count(listed, rows, known=not changed.many and len(listed) == len(rows) == len(ids))
        chosen = self.row
        indexes = self.window.update(rows)
        self._count_arrivals(rows)
        # A message may change a conversation without changing its line, so its thread is read again in any case.
        views = before != (self.counts, self.accounts, self.unsent, self.arrived)
        return News(tuple(indexes), chosen is not None and chosen.id in rows, views)

    def look_around(self) -> list[int]:
        """Read again what changes with time alone; return the indexes of rows that look different.

        That is: what is late by now, replies whose screen has ended, conversations whose writer has.
        """
        self.counts = self.session.reading.counts()
        self.read_unsent()
        claimed = [one for one in self.window.ids() if self.window.row(one).claimed_by is not None]
        return self.window.update(self.session.reading.rows(claimed)) if claimed else []

    def read_unsent(self) -> None:
        """Look for replies that wait for a person."""
        now, held = self.now, self.holds.until
        outstanding = self.session.reading.outstanding()
        self.unsent = tuple(one for one in outstanding if needs_a_person(one, now) and one.id not in held)

    def troubled(self) -> list[Account]:
        """Return the accounts that need somebody, those that somebody can mend first."""
        found = wording.troubled(self.accounts.values())
        return sorted(found, key=lambda one: one.health.state is not HealthState.SIGN_IN)

    def _count(self, listed: Iterable[int], rows: Mapping[int, QueueRow], *, known: bool) -> None:
        """Count anew; what presses too unless what has changed is `known`: no key waits until thousands are counted."""
        before = map(self.window.row, listed)
        pressing = wording.pressing(self.counts, before, rows.values(), self.now) if known else None
        self.counts = self.session.reading.counts(pressing)

    def _count_arrivals(self, rows: Mapping[int, QueueRow]) -> None:
        unknown = {key: row for key, row in rows.items() if self.window.index(key) is None}
        if not unknown:
            return
        listed = self.session.reading.among(list(unknown), self.wanted)
        new = {key for key in listed if self._is_arrival(unknown[key])}
        self.arrivals = (self.arrivals - unknown.keys()) | new

    def _is_arrival(self, row: QueueRow) -> bool:
        if self.window.covers(row) or row.id in self.arrivals:
            return True
        return row.waiting_since is not None and row.waiting_since >= self._merged_at - _UNSEEN_WAIT

    def _remember_place(self) -> None:
        if self.row is not None:
            self._places[self.view.id] = self.window[self.chosen].place

    def _load(self, around: Place | None) -> None:
        self.chosen = self.window.load(self.wanted, around)
        self.arrivals.clear()
        self._merged_at = self.now
