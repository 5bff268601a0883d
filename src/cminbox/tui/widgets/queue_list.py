"""The list of conversations: only rows in sight are drawn, and only rows that changed are drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cminbox.domain.text import first_line
from cminbox.i18n import _
from cminbox.tui import wording
from cminbox.tui.ink import EMPTY, Ink, Line
from cminbox.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events

    from cminbox.domain.account import Account
    from cminbox.domain.conversation import QueueRow
    from cminbox.tui.desk import Desk

MARK, FLAG = "*", "f"
_TIME = 6
_WIDE, _HANDLE_WIDE, _HANDLE_NARROW = 70, 16, 12


class Chooser(Protocol):
    """Who is told that another row was chosen."""

    @property
    def field(self) -> object | None:
        """Where one types for the moment, None while one does not."""

    def chosen(self) -> None:
        """Another row was chosen."""

    def nothing(self) -> Sequence[Line]:
        """Return what an empty list says."""


class QueueList(Painted):
    """Draws a desk's window of the queue."""

    def __init__(self, desk: Desk, chooser: Chooser, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._desk = desk
        self._chooser = chooser
        self._top = 0
        self._painted_at = 0

    def move(self, by: int) -> None:
        """Choose the row that stands so many rows further on; negative goes back."""
        self._choose(self._desk.chosen + by)

    def page(self, direction: int) -> None:
        """Go a page on (1) or back (-1)."""
        self.move(direction * max(1, self.size.height - 1))

    def first(self) -> None:
        """Go to the first row of the whole list."""
        self._jump(self._desk.window.load_start())

    def last(self) -> None:
        """Go to the last row of the whole list."""
        self._jump(self._desk.window.load_end())

    def choose(self, index: int) -> None:
        """Choose a row by its index."""
        self._choose(index)

    def reload(self) -> None:
        """Draw a list that was read anew, with the chosen row where it was on the screen."""
        height = max(1, self.size.height)
        place = self._desk.chosen - self._top
        self._top = max(0, self._desk.chosen - (place if 0 <= place < height else 0))
        self._settle()
        self.repaint_everything()

    def redraw(self, indexes: Iterable[int]) -> None:
        """Draw these rows again, as far as they are in sight."""
        height = self.size.height
        self.repaint(index - self._top for index in indexes if 0 <= index - self._top < height)

    def tick(self) -> None:
        """Draw the rows whose state or time left looks different by now."""
        now, before = self._desk.now, self._painted_at
        self._painted_at = now
        changed = []
        for index in range(self._top, min(self._top + self.size.height, len(self._desk.window))):
            row = self._desk.window[index].row
            if _clock(row, now, self._desk) != _clock(row, before, self._desk):
                changed.append(index)
        self.redraw(changed)

    def paint(self, y: int) -> tuple[Line, bool]:
        """Return the row that stands there."""
        index = self._top + y
        if index >= len(self._desk.window):
            empty = self._chooser.nothing() if not len(self._desk.window) else ()
            return empty[y] if y < len(empty) else EMPTY, False
        marked = self._desk.marks.some and self._desk.is_marked(index)
        line = queue_line(self._desk.window[index].row, self.painted_size.width, self._desk, marked=marked)
        return line, index == self._desk.chosen

    def on_resize(self) -> None:
        """Keep the chosen row in sight."""
        self._painted_at = self._painted_at or self._desk.now
        self._settle()

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the mouse, unless one writes: what is written belongs to the chosen one."""
        event.stop()
        if self._chooser.field is None and self._top + event.y < len(self._desk.window):
            self._choose(self._top + event.y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go on."""
        event.stop()
        self._turn(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go back."""
        event.stop()
        self._turn(-1)

    def _turn(self, by: int) -> None:
        if self._chooser.field is None:
            self.move(by)

    def _choose(self, index: int) -> None:
        before = self._desk.chosen
        if not self._desk.choose(index):
            return
        if not self._settle():
            first, last = sorted((before, self._desk.chosen))
            # A range grows or shrinks by every line that was passed.
            self.redraw(range(first, last + 1) if self._desk.marks.anchor is not None else (first, last))
        self._chooser.chosen()

    def _jump(self, index: int) -> None:
        self._desk.choose(index)
        self._settle()
        self.repaint_everything()
        self._chooser.chosen()

    def _settle(self) -> bool:
        """Bring the chosen row into sight, half a page further where it has left it; return whether all has moved."""
        height = max(1, self.size.height)
        before = self._top
        top = self._desk.chosen
        if top < self._top:
            self._top = max(0, min(top, self._top - height // 2))
        elif top >= self._top + height:
            self._top = max(top - height + 1, self._top + height // 2)
        self._top = max(0, min(self._top, len(self._desk.window) - height))
        moved = self._desk.reach(self._top, self._top + height)
        self._top = max(0, self._top + moved)
        if before != self._top - moved:
            self.repaint_everything()
            return True
        return False


def _clock(row: QueueRow, at: int, desk: Desk) -> tuple[wording.State, str]:
    return _state(row, at, desk), wording.time_of(row, at, desk.time_left(row, at))


def _state(row: QueueRow, at: int, desk: Desk) -> wording.State:
    """Return what a line says first; a held reply whose screen has ended is on its way no more."""
    state = wording.state_of(row, at)
    if state is wording.State.HELD and any(one.conversation_id == row.id for one in desk.unsent):
        return wording.State.FAILED
    return state


def queue_line(row: QueueRow, width: int, desk: Desk, *, marked: bool = False) -> Line:
    """Return a conversation as one line: state, mark or flag, network, name, text, time left."""
    now = desk.now
    state = _state(row, now, desk)
    handled = state.handled
    faint = Ink.FAINT if handled else Ink.PLAIN
    account = desk.account(row)
    network = wording.short_network(account) if account is not None else row.network[:2].capitalize()
    handle = _HANDLE_WIDE if width >= _WIDE else _HANDLE_NARROW
    text_width = max(0, width - handle - _TIME - 8)
    line = Line().column(state.sign, 1, state.ink)
    line.column(MARK if marked else FLAG if row.flagged else "", 2, _flag_ink(row, faint, marked=marked))
    line.column(network, 3, faint)
    line.column(_called(row), handle, faint if handled else Ink.STRONG).column("", 1)
    line.column(_said(row, desk, text_width), text_width, faint)
    left = wording.time_of(row, now, desk.time_left(row, now))
    return line.column("", 1).column(left, _TIME, faint if handled else state.ink, right=True)


def _flag_ink(row: QueueRow, faint: Ink, *, marked: bool) -> Ink:
    return Ink.KEY if marked else Ink.SOON if row.flagged else faint


def _said(row: QueueRow, desk: Desk, width: int) -> str:
    """Return the text of a line, after who else is at it and how many messages wait."""
    parts = []
    if row.claimed_by is not None and row.claimed_by != desk.session.agent:
        # Translators: before the text of a line in the queue, where room is dear: this colleague is writing an answer
        parts.append(_("[{agent} writes]").format(agent=row.claimed_by))
    elif row.assignee is not None and row.assignee != desk.session.agent:
        parts.append(f"({row.assignee})")
    if row.unanswered > 1:
        parts.append(f"{row.unanswered}×")  # noqa: RUF001 - the sign that readers know
    return " ".join((*parts, first_line(_without_own_name(row.text, desk.account(row)), max(1, width + 1))))


def _called(row: QueueRow) -> str:
    """Return a person's name without the server that it belongs to, which stands above the conversation in full."""
    return f"@{row.person.handle.partition('@')[0]}" if row.person.handle else row.person.name


def _without_own_name(text: str, account: Account | None) -> str:
    """Return a text without the account's own name in front, with which every mention begins."""
    if account is None:
        return text
    handle = account.handle.removeprefix("@").casefold()
    own = {handle, handle.partition("@")[0]}
    rest = text.lstrip()
    while rest.startswith("@"):
        word, *after = rest.split(maxsplit=1)
        if word[1:].rstrip(",:").casefold() not in own or not after:
            break
        rest = after[0]
    return rest
