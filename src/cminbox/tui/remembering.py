"""Marks on disk while one marks, and offered to whoever comes back after his line or his screen was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import _, ngettext
from cminbox.tui.screens.base import Answer

if TYPE_CHECKING:
    from cminbox.inbox.kept_marks import KeptMarks
    from cminbox.tui.desk import Desk
    from cminbox.tui.screens.inbox import InboxScreen

_MOST_OF_A_RANGE = 1_000
"""A range that is still being drawn is kept up to so many; it is whole once it has become marks."""


class Remembering:
    """Keeps up with the marks of a desk. Call `look` some times a second; what is known costs nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: tuple[int, object, str] | None = None
        self._some = False

    def look(self) -> None:
        """Have marks on disk that have changed."""
        desk = self._desk
        marks = desk.marks
        if desk.left_marks is not None and not marks.some:
            # What is on disk is what was left, until the person has settled that.
            return
        now = (marks.version, desk.chosen if marks.anchor is not None else None, desk.view.id)
        if now == self._known or (not marks.some and not self._some):
            self._known = now
            return
        if self._kept.keep_soon(desk.marked(_MOST_OF_A_RANGE), desk.view.id):
            self._known, self._some = now, marks.some

    def keep_last(self) -> None:
        """Have the marks on disk before one goes on: the terminal may be gone."""
        desk = self._desk
        if desk.marks.some or (self._some and desk.left_marks is None):
            self._kept.close()
            self._kept.keep(desk.marked(_MOST_OF_A_RANGE), desk.view.id)

    def forget(self) -> None:
        """Keep nothing: the person leaves."""
        if self._some or self._desk.left_marks is not None:
            self._kept.close()
            self._kept.keep((), "")

    def take_over(self) -> bool:
        """Find what another screen of this person's left marked; return whether there is anything to offer."""
        desk = self._desk
        desk.left_marks = self._kept.take_over()
        self._some = self._some or desk.left_marks is not None
        return desk.left_marks is not None

    def restore(self) -> bool:
        """Mark again what was left marked, in the view where it was; False where nothing was left."""
        desk = self._desk
        left, desk.left_marks = desk.left_marks, None
        if left is None:
            return False
        view = next((one for one in desk.views if one.id == left.view), desk.view)
        if view.id != desk.view.id:
            desk.go_to_view(view)
        desk.marks.add(left.ids)
        return True

    def forget_left(self) -> None:
        """Forget what was left marked."""
        self._desk.left_marks = None
        self._kept.keep((), "")

    @property
    def said(self) -> str:
        """What was left marked, as a sentence, empty where nothing was."""
        left = self._desk.left_marks
        if left is None:
            return ""
        said = ngettext(
            "{count} conversation was left marked.", "{count} conversations were left marked.", len(left.ids)
        )
        return said.format(count=len(left.ids))

    @property
    def _kept(self) -> KeptMarks:
        return self._desk.session.acting.kept_marks


class Offering(Remembering):
    """Keeps up with the marks of a screen, and offers there what was left marked."""

    def __init__(self, screen: InboxScreen) -> None:
        super().__init__(screen.desk)
        self._screen = screen

    def come_back(self) -> None:
        """Offer what another screen of this person's left marked; any other key does what it always does."""
        if self.take_over():
            self._screen.in_turn(self._offer)

    def mark_again(self) -> None:
        """Mark again what was left marked, and show it."""
        if self.restore():
            self._screen.reload()
            self._screen.paint_footer()

    def _offer(self) -> None:
        if not self.said or self._desk.marks.some:
            return
        answers = (
            Answer("enter", _("mark again"), self.mark_again),
            Answer("escape", _("forget"), self.forget_left),
        )
        self._screen.ask(self.said, answers, passing=True)
