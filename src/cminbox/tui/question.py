"""A question in the last line: what is asked, and which answer a key means."""

from __future__ import annotations

from dataclasses import field
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass
from cminbox.i18n import _
from cminbox.tui.widgets.footer import question_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual import events

    from cminbox.tui.ink import Line
    from cminbox.tui.screens.base import Answer

NO = "escape"
READ_SECONDS = 0.25
"""Who answers sooner, or goes on typing, has not read what is asked."""


@dataclass(slots=True)
class Question:
    """What is asked, with its answers. A `passing` one is an offer: any other key takes it away and acts as always.

    `missed`: a key has come that is no answer.
    """

    text: str
    answers: Sequence[Answer]
    passing: bool = False
    missed: bool = False
    _since: float = field(default_factory=monotonic)
    """When it was asked, or a key last came that is no answer."""

    def meant(self, event: events.Key, signs: Mapping[str, str]) -> tuple[str, Answer | None]:
        """Return the key that is meant, `escape` for a no, and the answer that has it.

        Caps Lock and other layouts change no answer; `n` is a no to whatever `y` is a yes to.
        """
        known = {one.key: one for one in self.answers}
        typed = event.character or event.key
        key = next((one for one in (typed, event.key, signs.get(typed), typed.lower()) if one in known), event.key)
        if not self.passing and key not in known and (key == "ctrl+c" or ("y" in known and typed in {"n", "N"})):
            key = NO
        chosen, before, self._since = known.get(key or ""), self._since, monotonic()
        unread = chosen is not None and chosen.read and self._since - before < READ_SECONDS
        return key or "", None if unread else chosen

    def line(self, width: int) -> Line:
        """Return the last line that asks it."""
        keys = [(one.key, one.label) for one in self.answers]
        if self.missed and all(one.key != NO for one in self.answers):
            keys.append((NO, _("leave it")))
        return question_line(self.text, keys, width, missed=self.missed)
