"""A conversation as it is read, and the line above it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Priority
from cminbox.i18n import _, ngettext
from cminbox.tui import due, wording
from cminbox.tui.ink import Ink, Line, cells
from cminbox.tui.thread import Wishes, edits_of, thread_lines
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cminbox.domain.conversation import Presence, QueueRow
    from cminbox.inbox.reading import ConversationView

_BETWEEN = 4


class Preview(Lines):
    """Shows one conversation, from its first unanswered message on where not all of it fits."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(self._draw, id=id)
        self._view: ConversationView | None = None
        self._wishes = Wishes()
        self._now = 0
        self._is_new = False

    def show_view(self, view: ConversationView | None, now: int, *, drafts: bool = True) -> None:
        """Show a conversation, one that was shown before where it was scrolled to; `drafts` as well or not."""
        same = view is not None and self._view is not None and view.row.id == self._view.row.id
        self._is_new = self._is_new or not same
        self._wishes = Wishes(drafts, self._wishes.earlier and same)
        self._view, self._now = view, now
        self.redraw()

    def turn_earlier(self) -> bool:
        """Show or hide the texts that edited messages had before; return whether there are any."""
        edits = edits_of(self._view) if self._view is not None else {}
        self._wishes = replace(self._wishes, earlier=bool(edits) and not self._wishes.earlier)
        self.redraw()
        return bool(edits)

    def tick(self, now: int) -> None:
        """Let the ages of the messages grow."""
        self._now = now
        self.redraw()

    def _draw(self, width: int) -> list[Line]:
        if self._view is None:
            return []
        lines, start = thread_lines(self._view, width, self._now, self._wishes)
        if self._is_new:
            self._is_new = False
            self.wanted = start
        return lines

    def read_on(self) -> bool:
        """Scroll a page further; return False at the end."""
        return self.scroll_lines(max(1, self.size.height - 1))


def rule_line(
    row: QueueRow | None,
    view: ConversationView | None,
    agent: str,
    width: int,
    others: Sequence[Presence] = (),
    *,
    now: int,
) -> Line:
    """Return the line above a conversation: who, who else is at it, what kind, when which answer is due, how much.

    Where the network takes replies for a time only, that stands beside it. What does not fit is left out. `now` is UTC
    milliseconds.
    """
    if row is None:
        return Line().fill(width, Ink.FAINT, character=wording.RULE)
    parts = [wording.present(one) for one in others]
    if row.claimed_by not in {None, agent, *(one.agent for one in others if one.writing)}:
        parts.insert(0, _("{agent} is writing").format(agent=row.claimed_by))
    if row.priority is not Priority.NORMAL:
        parts.append(_("priority {priority}").format(priority=_(row.priority.value)))
    window, ink = due.window(None if view is None else view.reply_until, now)
    parts += [part for part in (wording.kind_of(row.kind), due.due(row, now), window) if part]
    parts += [_("assigned to {agent}").format(agent=row.assignee)] if row.assignee else []
    parts.append(wording.visibility(row))
    if view is not None:
        count = len(view.messages)
        parts.append(ngettext("{count} message", "{count} messages", count).format(count=count))
    parts += [f"#{tag}" for tag in row.tags]
    line = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(wording.person(row.person), Ink.STRONG)
    for part in parts:
        if line.width + cells(part) + _BETWEEN < width:
            line.add(f" {wording.DOT} ", Ink.FAINT).add(part, ink if part == window else Ink.PLAIN)
    return line.add(" ").fill(width, Ink.FAINT, character=wording.RULE)
