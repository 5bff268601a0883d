"""Writing an internal note: a strip of its own that looks unlike a reply, and what was begun is kept like a draft."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.i18n import _, render
from cminbox.tui.answering import KEEP_SECONDS
from cminbox.tui.beside import AT_ONCE_SECONDS
from cminbox.tui.composing import note_line
from cminbox.tui.ink import Ink
from cminbox.tui.keeping import Keeping, Remark
from cminbox.tui.widgets.field import Hooks
from cminbox.tui.widgets.writing_strip import WritingStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from cminbox.tui.editor import Outside
    from cminbox.tui.screens.base import KeyScreen


class Noting:
    """The strip for notes of any number of lines. A note that was left is there again, also at another terminal."""

    def __init__(self, screen: KeyScreen, outside: Outside) -> None:
        self._screen = screen
        self._outside = outside
        self._keeping: Keeping | None = None
        self._remark = Remark(screen)
        self._where = 0
        self._timer: Timer | None = None
        self.strip = WritingStrip(one_line=False, id="note", changed=self._changed)

    def open(self, conversation_id: int, sent: Callable[[str], None]) -> None:
        """Ask for a note about a conversation; `sent` gets it, and what was begun is forgotten once it is added."""
        acting = self._screen.desk.session.acting
        begun = acting.begin_note(conversation_id)
        self._where = conversation_id
        self._keeping = Keeping(partial(acting.save_note_soon, conversation_id), begun, begun)
        title = _("INTERNAL NOTE — is never sent")
        hooks = self._hooks(lambda: self._attempt(lambda: self._send(sent)), lambda: self._attempt(self._leave))
        self.strip.open(lambda width: note_line(title, width), hooks, *begun, at=monotonic())
        self._screen.paint_footer()

    def keep(self) -> None:
        """Put what was typed on disk before one goes on. Raises Problem when it cannot be."""
        if self._keeping is not None:
            self._keeping.finish(self._outside.text_of(self.strip.field))

    @property
    def begun(self) -> tuple[int, str, int] | None:
        """The conversation that a note is being written about, what was typed so far, and the caret."""
        if self._keeping is None:
            return None
        return (self._where, *self._outside.text_of(self.strip.field))

    def tick(self, now: int) -> None:
        """Keep what was typed on its way to the disk."""
        problem = None if self._keeping is None else self._keeping.look(now)
        self._remark.look(problem, kept=self._keeping is None or self._keeping.whole)

    def _send(self, sent: Callable[[str], None]) -> None:
        typed = self.strip.field.text
        if not typed.strip():
            self._screen.tell(_("The note is empty"), Ink.LATE)
        elif self._kept():
            self._close()
            self._screen.next_up(lambda: sent(typed))

    def _leave(self) -> None:
        begun = bool(self.strip.field.text.strip())
        if self._kept():
            self._close()
            if begun:
                self._screen.tell(_("The note is not added yet; the same key goes on with it"))

    def _kept(self) -> bool:
        """Whether what was typed is on disk; if that takes its time, one tries again. Raises Problem."""
        self._stop_timer()
        assert self._keeping is not None
        field = self.strip.field
        self._keeping.at_once((field.text, field.caret), AT_ONCE_SECONDS)
        if not self._keeping.whole:
            self._screen.tell(_("Being written; the database is busy"), Ink.LATE)
        return self._keeping.whole

    def _changed(self) -> None:
        if self._timer is None and self._keeping is not None:
            self._timer = self._screen.set_timer(KEEP_SECONDS, self._keep_soon)

    def _keep_soon(self) -> None:
        self._stop_timer()
        if self._keeping is not None:
            self._keeping.want((self.strip.field.text, self.strip.field.caret))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _hooks(self, send: Callable[[], None], leave: Callable[[], None]) -> Hooks:
        keymap = self._screen.desk.keymap
        known = {one.id: keymap.keys(one) for one in keymap.actions}
        more = dict.fromkeys(known["editor"], lambda: self._outside.begin(self.strip.field, self.keep))
        return Hooks(send, leave, known["send"], known["newline"], known["leave"], more)

    def _close(self) -> None:
        self._keeping = None
        self.strip.close()
        self._screen.paint_footer()

    def _attempt(self, effect: Callable[[], None]) -> None:
        try:
            effect()
        except Problem as problem:
            self._screen.tell(render(problem.saying), Ink.LATE)
