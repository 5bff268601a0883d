"""Canned replies within the text that is being written: put in, their blanks found, and remembered for learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.i18n import _
from cminbox.tui.canned_words import does, not_attached
from cminbox.tui.ink import Ink, wrapped
from cminbox.tui.suggesting import still_there
from cminbox.tui.widgets.suggestion_strip import CLOSES, OPENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.canned import CannedReply, Macro
    from cminbox.domain.reply import StoredReply
    from cminbox.domain.saying import Saying
    from cminbox.inbox.acting import Acting
    from cminbox.inbox.options import Option
    from cminbox.tui.ink import Line
    from cminbox.tui.widgets.field import Field

_SHORT = 60
_APART = "\n\n"


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that was decided on, the events of what was done besides, and why some of that was not."""

    reply: StoredReply
    events: tuple[int, ...] = ()
    refused: Saying | None = None


class CannedText:
    """What of the text in a field came from canned replies.

    `staged` is the text as long as it stands there as it was staged, with nothing of the agent's own; empty else.
    """

    def __init__(self, field: Field) -> None:
        self._field = field
        field.keeps = lambda selected: bool(unfilled(selected))
        self._used: dict[int, dict[str, Option]] = {}
        self.used: dict[str, Option] = {}
        self.staged = ""

    def begin(self, conversation_id: int) -> None:
        """Begin to write in a conversation, with what was put in there before: the text may come back."""
        self.used = self._used.setdefault(conversation_id, {})
        self.staged = ""

    @property
    def blanks(self) -> bool:
        """Whether something is still to be filled in."""
        return bool(unfilled(self._field.text))

    @property
    def untouched(self) -> bool:
        """Whether the text is a reply that was staged and that nobody has changed."""
        return bool(self.staged) and self._field.text == self.staged

    def stage(self, option: Option) -> None:
        """Put a reply into the field: as its whole text where it is empty, else as paragraphs of its own.

        Within a line it goes behind the paragraph of the caret, so that no sentence is torn.
        """
        empty = not self._field.text.strip()
        if empty:
            self._field.become("")
        self._put(option, *parted(self._field.text, self._field.caret))
        self.staged = self._field.text if empty else ""

    def insert(self, option: Option) -> None:
        """Put a reply in at the start of the line in which one has asked for it, and choose its first blank."""
        text, caret = self._field.text, self._field.caret
        below = _APART if text[caret:].partition("\n")[0].strip() else ""
        self._put(option, caret, "", below)

    def _put(self, option: Option, at: int, above: str, below: str) -> None:
        """Put a reply in between line ends, and choose its first blank."""
        self._field.caret = at
        start = self._field.put(f"{above}{option.text}{below}") + len(above)
        self.used[option.reply.key] = option
        self.staged = ""
        if option.blanks:
            blank = option.blanks[0]
            self._field.choose(start + blank.start, start + blank.end)
        else:
            self._field.caret = start + len(option.text)

    def macros(self) -> list[Macro]:
        """Return what the replies that are still in the text do beside answering."""
        return [reply.macro for reply in self._kept() if reply.macro]

    def _kept(self) -> list[CannedReply]:
        """Return the replies that are still in the text."""
        text = self._field.text
        return [one.reply for one in self.used.values() if still_there(one.text, text)]

    def remarks(self, width: int) -> list[Line]:
        """Return the lines that say what happens besides when this is sent, and what does not."""
        acts = "; ".join(does(macro) for macro in self.macros())
        lines = wrapped(_("Besides: {acts}").format(acts=acts), width, ink=Ink.HELD) if acts else []
        files = [name for reply in self._kept() for name in reply.attachments]
        return [*lines, *(wrapped(not_attached(files), width, ink=Ink.LATE) if files else [])]

    def besides(self, decide: Callable[[], StoredReply], acting: Acting) -> Callable[[], Sent]:
        """Return `decide` with all that the replies in the text do besides, for any thread."""
        macros = self.macros()

        def act() -> Sent:
            reply = decide()
            events: list[int] = []
            refused = None
            for macro in macros:
                applied = acting.do_besides((reply.conversation_id,), macro)
                events += applied.events
                refused = next(iter(applied.refused.values()), refused)
            return Sent(reply, tuple(events), refused)

        return act

    def next_blank(self) -> bool:
        """Choose the next blank after the caret, the first one behind the last; return whether there is any."""
        blanks = unfilled(self._field.text)
        if not blanks:
            return False
        caret = self._field.caret
        following = next((one for one in blanks if one[1] >= caret and not self._is_chosen(one)), blanks[0])
        self._field.choose(following[1], following[2])
        return True

    def check(self) -> None:
        """Raise Problem while something is still to be filled in; the first such place is chosen."""
        blanks = unfilled(self._field.text)
        if blanks:
            name, start, end = blanks[0]
            self._field.choose(start, end)
            raise Problem(say("Still to be filled in: {name}. Nothing was sent.", name=safe(name, limit=_SHORT)))

    def _is_chosen(self, blank: tuple[str, int, int]) -> bool:
        _name, start, end = blank
        return self._field.caret == end and self._field.selected_text == self._field.text[start:end]


def parted(text: str, caret: int) -> tuple[int, str, str]:
    """Return where something may stand in a text, near a caret, and the line ends that keep it apart on either side."""
    line = text.rfind("\n", 0, caret) + 1
    if text[line:caret].strip():
        end = text.find(_APART, caret)
        caret = len(text) if end < 0 else end
    else:
        caret = line
    before, after = text[:caret].rstrip(" "), text[caret:].lstrip(" ")
    above = _APART[len(before) - len(before.rstrip("\n")) :] if before.strip() else ""
    below = _APART[len(after) - len(after.lstrip("\n")) :] if after.strip() else ""
    return caret, above, below


def unfilled(text: str) -> list[tuple[str, int, int]]:
    """Return what is still to be typed in a text: its name, and the offsets of its mark."""
    if OPENS not in text and CLOSES not in text:
        return []
    from cminbox.inbox.canned import unfilled as found_in  # noqa: PLC0415 - needed once somebody writes

    return [(blank.name, blank.start, blank.end) for blank in found_in(text)]


def at_line_start(field: Field, act: Callable[[], None]) -> bool:
    """Do something when the caret stands at the start of a line and nothing is chosen; return whether it does."""
    if field.selected_text or field.cursor_location[1] != 0:
        return False
    act()
    return True
