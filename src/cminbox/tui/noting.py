"""Writing an internal note: a strip of its own that looks unlike a reply, and what was begun is kept beside it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from cminbox.i18n import _
from cminbox.tui.composing import note_line
from cminbox.tui.ink import Ink
from cminbox.tui.widgets.field import Hooks
from cminbox.tui.widgets.writing_strip import WritingStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.tui.editor import Outside
    from cminbox.tui.screens.base import KeyScreen


class Noting:
    """The strip for notes of any number of lines. A note that was left is there again until the screen ends."""

    def __init__(self, screen: KeyScreen, outside: Outside) -> None:
        self._screen = screen
        self._outside = outside
        self._begun: dict[int, tuple[str, int]] = {}
        self.strip = WritingStrip(one_line=False, id="note", changed=lambda: None)

    def open(self, conversation_id: int, sent: Callable[[str], None]) -> None:
        """Ask for a note about a conversation; `sent` gets it."""

        def send() -> None:
            typed = self.strip.field.text
            if not typed.strip():
                self._screen.tell(_("The note is empty"), Ink.LATE)
                return
            self._begun.pop(conversation_id, None)
            self._close()
            self._screen.call_later(self._screen.attempt, lambda: sent(typed))

        def leave() -> None:
            field = self.strip.field
            self._begun[conversation_id] = (field.text, field.caret)
            self._close()
            if self._begun[conversation_id][0].strip():
                self._screen.tell(_("The note is not added yet; the same key goes on with it"))

        text, caret = self._begun.get(conversation_id, ("", 0))
        title = _("INTERNAL NOTE — is never sent")
        self.strip.open(lambda width: note_line(title, width), self._hooks(send, leave), text, caret, at=monotonic())
        self._screen.paint_footer()

    def _hooks(self, send: Callable[[], None], leave: Callable[[], None]) -> Hooks:
        keymap = self._screen.desk.keymap
        known = {one.id: keymap.keys(one) for one in keymap.actions}
        more = dict.fromkeys(known["editor"], lambda: self._outside.begin(self.strip.field, lambda: None))
        return Hooks(send, leave, known["send"], known["newline"], known["leave"], more)

    def _close(self) -> None:
        self.strip.close()
        self._screen.paint_footer()
