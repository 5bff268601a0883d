"""Marks on disk while one marks, and offered to whoever comes back after his line or his screen was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import _, ngettext
from cminbox.tui.screens.base import Answer

if TYPE_CHECKING:
    from cminbox.inbox.kept_marks import KeptMarks
    from cminbox.tui.screens.inbox import InboxScreen

_MOST_OF_A_RANGE = 1_000
"""A range that is still being drawn is kept up to so many; it is whole once it has become marks."""


class Remembering:
    """Keeps up with the marks of a screen. Call `look` some times a second; what is known costs nothing."""

    def __init__(self, screen: InboxScreen) -> None:
        self._screen = screen
        self._known: tuple[int, object, str] | None = None
        self._some = False

    def look(self) -> None:
        """Have marks on disk that have changed."""
        desk = self._screen.desk
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
        desk = self._screen.desk
        if desk.marks.some or (self._some and desk.left_marks is None):
            self._kept.close()
            self._kept.keep(desk.marked(_MOST_OF_A_RANGE), desk.view.id)

    def forget(self) -> None:
        """Keep nothing: the person leaves."""
        if self._some or self._screen.desk.left_marks is not None:
            self._kept.close()
            self._kept.keep((), "")

    def come_back(self) -> None:
        """Offer what another screen of this person's left marked; any other key does what it always does."""
        desk = self._screen.desk
        desk.left_marks = self._kept.take_over()
        if desk.left_marks is not None:
            self._some = True
            self._screen.in_turn(self._offer)

    def restore(self) -> None:
        """Mark again what was left marked, in the view where it was."""
        desk, screen = self._screen.desk, self._screen
        left, desk.left_marks = desk.left_marks, None
        if left is None:
            return
        view = next((one for one in desk.views if one.id == left.view), desk.view)
        if view.id != desk.view.id:
            desk.go_to_view(view)
        desk.marks.add(left.ids)
        screen.reload()
        screen.paint_footer()

    def _offer(self) -> None:
        left = self._screen.desk.left_marks
        if left is None or self._screen.desk.marks.some:
            return
        count = len(left.ids)
        question = ngettext(
            "{count} conversation was left marked.",
            "{count} conversations were left marked.",
            count,
        )
        answers = (Answer("enter", _("mark again"), self.restore), Answer("escape", _("forget"), self._forget_left))
        self._screen.ask(question.format(count=count), answers, passing=True)

    def _forget_left(self) -> None:
        self._screen.desk.left_marks = None
        self._kept.keep((), "")

    @property
    def _kept(self) -> KeptMarks:
        return self._screen.desk.session.acting.kept_marks
