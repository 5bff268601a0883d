"""What an inbox looks at as time passes: clocks and ages, who fetches, who else is here, what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.i18n import render

if TYPE_CHECKING:
    from cminbox.tui.screens.inbox import InboxScreen

_CLOCK_MILLISECONDS = 10_000
_AGES_MILLISECONDS = 60_000
_SYNC_MILLISECONDS = 5_000
_COMPANY_ROUNDS = 2
"""Between two looks for company: often enough to see soon who has come."""


class Rounds:
    """The rounds of one screen, with every beat of the program's pulse."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._looked = dict.fromkeys(("clock", "ages", "sync"), 0)
        self._held_before = 0
        self._made = 0
        self.said_while_held: tuple[int, str] | None = None
        """What the last line says of a reply as long as that is held, by its number."""

    def make(self, now: int) -> None:
        """Look at everything whose time has come; `now` is UTC milliseconds."""
        screen = self._screen
        if self._passed("sync", now, _SYNC_MILLISECONDS):
            self._ask_who_syncs()
        if self._passed("clock", now, _CLOCK_MILLISECONDS):
            self._look_around()
        if self._passed("ages", now, _AGES_MILLISECONDS):
            screen.preview.tick(now)
            screen.rule.redraw()
        if len(screen.desk.holds) or self._held_before:
            screen.header.redraw()
        self._held_before = len(screen.desk.holds)
        self._withdraw_what_has_gone_out()
        if screen.writing is not None:
            screen.writing.tick(now)
        if screen.suggesting is not None:
            screen.suggesting.tick(now)
        screen.remembering.look()
        here = self.tell_where()
        self._made += 1
        if self._made % _COMPANY_ROUNDS == 0 and screen.company.look(here):
            screen.rule.redraw()
            screen.follow_person()

    def tell_where(self, *, at_once: bool = False) -> int | None:
        """Tell colleagues, and whoever comes back to this later, which conversation this is; return it."""
        screen = self._screen
        answered = None if screen.writing is None else screen.writing.row
        row = answered or screen.desk.row
        here = None if row is None else row.id
        screen.company.tell(here, screen.desk.view.id, writing=answered is not None, at_once=at_once)
        return here

    def _look_around(self) -> None:
        """Show what changes with time alone."""
        screen = self._screen
        screen.company.bury_dead()
        changed = screen.desk.look_around()
        screen.list.redraw(changed)
        screen.list.tick()
        if screen.desk.chosen in changed:
            screen.read_conversation()
        screen.redraw_views()
        screen.tallying.look()

    def _withdraw_what_has_gone_out(self) -> None:
        said = self.said_while_held
        if said is not None and said[0] not in self._screen.desk.holds.until:
            self._screen.withdraw(said[1])
            self.said_while_held = None

    def _passed(self, what: str, now: int, every: int) -> bool:
        if now // every == self._looked[what]:
            return False
        self._looked[what] = now // every
        return True

    def _ask_who_syncs(self) -> None:
        desk = self._screen.desk
        state = desk.session.sync_state
        try:
            sentence = None if state is None else state()
        except Problem as problem:
            sentence = problem.saying
        desk.sync = "" if sentence is None else render(sentence)
