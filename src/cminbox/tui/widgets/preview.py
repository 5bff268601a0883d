"""A conversation as it is read: its messages oldest first, ours marked, notes and replies told apart by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import AttachmentKind
from cminbox.domain.reply import ReplyState
from cminbox.i18n import N_, _, ngettext
from cminbox.i18n.durations import span
from cminbox.tui import wording
from cminbox.tui.ink import EMPTY, Ink, Line, cells, wrapped
from cminbox.tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.conversation import Note, Presence, QueueRow, StoredMessage
    from cminbox.domain.message import Attachment
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.reading import ConversationView

_INDENT = "  "
_BETWEEN = 4
_ATTACHMENTS = {
    AttachmentKind.IMAGE: N_("image"),
    AttachmentKind.VIDEO: N_("video"),
    AttachmentKind.AUDIO: N_("sound"),
    AttachmentKind.FILE: N_("file"),
    AttachmentKind.LINK: N_("link"),
}


class Preview(Lines):
    """Shows one conversation, from its first unanswered message on where not all of it fits."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(self._draw, id=id)
        self._view: ConversationView | None = None
        self._drafts = True
        self._now = 0
        self._is_new = False

    def show_view(self, view: ConversationView | None, now: int, *, drafts: bool = True) -> None:
        """Show a conversation, one that was shown before where it was scrolled to; `drafts` as well or not."""
        same = view is not None and self._view is not None and view.row.id == self._view.row.id
        self._is_new = self._is_new or not same
        self._view, self._drafts, self._now = view, drafts, now
        self.redraw()

    def tick(self, now: int) -> None:
        """Let the ages of the messages grow."""
        self._now = now
        self.redraw()

    def _draw(self, width: int) -> list[Line]:
        if self._view is None:
            return []
        lines, start = thread_lines(self._view, width, self._now, drafts=self._drafts)
        if self._is_new:
            self._is_new = False
            self.wanted = start
        return lines

    def read_on(self) -> bool:
        """Scroll a page further; return False at the end."""
        return self.scroll_lines(max(1, self.size.height - 1))


def thread_lines(view: ConversationView, width: int, now: int, *, drafts: bool = True) -> tuple[list[Line], int]:
    """Return a conversation as lines, and the line where its oldest unanswered message begins."""
    lines: list[Line] = []
    start: int | None = None
    for item in _in_order(view, drafts=drafts):
        if lines:
            lines.append(EMPTY)
        if start is None and _awaits_answer(item, view.row.waiting_since):
            start = len(lines)
        lines.extend(item.lines(width) if isinstance(item, _Remark) else _message_lines(item, view, width, now))
    return lines, len(lines) if start is None else start


def _awaits_answer(item: StoredMessage | _Remark, waiting_since: int | None) -> bool:
    if isinstance(item, _Remark) or item.ours or waiting_since is None:
        return False
    return item.arrived_at >= waiting_since


class _Remark:
    """A note of ours, or a reply that is not a message yet."""

    def __init__(self, at: int, head: str, text: str, ink: Ink, foot: str = "") -> None:
        self.at, self._head, self._text, self._ink, self._foot = at, head, text, ink, foot

    def lines(self, width: int) -> list[Line]:
        """Return it as lines."""
        body = wrapped(self._text, width, indent=_INDENT, ink=self._ink)
        foot = wrapped(self._foot, width, indent=_INDENT, ink=Ink.LATE) if self._foot else []
        return [Line(self._head, self._ink), *body, *foot]


def _in_order(view: ConversationView, *, drafts: bool) -> list[StoredMessage | _Remark]:
    items: list[tuple[int, StoredMessage | _Remark]] = [(one.arrived_at, one) for one in view.messages]
    items += [(one.at, _note(one)) for one in view.notes]
    items += [(one.decided_at or one.updated_at, _reply(one)) for one in view.replies if _shown(one, drafts=drafts)]
    return [item for _at, item in sorted(items, key=lambda pair: pair[0])]


def _note(one: Note) -> _Remark:
    return _Remark(one.at, _("# internal note of {agent}").format(agent=one.agent), one.text, Ink.NOTE)


def _shown(reply: StoredReply, *, drafts: bool) -> bool:
    if reply.state is ReplyState.DRAFT:
        return drafts
    return reply.state not in {ReplyState.SENT, ReplyState.CANCELLED}


def _reply(one: StoredReply) -> _Remark:
    state = wording.reply_state(one.state, interrupted=one.interrupted)
    head = _("{sign} reply of {agent}: {state}").format(
        sign=wording.OURS if one.state is ReplyState.DRAFT else wording.State.HELD.sign, agent=one.agent, state=state
    )
    return _Remark(one.decided_at or one.updated_at, head, one.text, Ink.OURS, wording.kept(one.reason))


def _message_lines(message: StoredMessage, view: ConversationView, width: int, now: int) -> Iterator[Line]:
    age = span(max(0, now - message.created_at) / 1000)
    if message.ours:
        we_as = _("we, as")
        head = Line(f"{wording.OURS} {we_as} {wording.speaker(view.account)}", Ink.OURS)
    else:
        head = Line(wording.person(message.author), Ink.STRONG)
        if message.author.name and message.author.name != message.author.handle:
            head.add(f" {message.author.name}", Ink.FAINT)
    head.add(f" {wording.DOT} {age}", Ink.FAINT)
    if message.edited_at is not None:
        edited = _("edited")
        head.add(f" {wording.DOT} {edited}", Ink.FAINT)
    if message.rating is not None:
        stars = _("{rating} of 5 stars").format(rating=message.rating)
        head.add(f" {wording.DOT} {stars}")
    yield head
    if message.deleted_at is not None:
        yield Line(_INDENT + _("(deleted by its author)"), Ink.FAINT)
        return
    yield from wrapped(message.text, width, indent=_INDENT)
    for attachment in message.attachments:
        yield from wrapped(_attachment(attachment), width, indent=_INDENT, ink=Ink.FAINT)


def _attachment(one: Attachment) -> str:
    about = one.alt or one.name or one.url
    return f"[{_(_ATTACHMENTS[one.kind])}] {about}"


def rule_line(
    row: QueueRow | None,
    view: ConversationView | None,
    agent: str,
    width: int,
    others: Sequence[Presence] = (),
) -> Line:
    """Return the line above a conversation: who, who else is at it, what kind, how much of it, which answer is due."""
    if row is None:
        return Line().fill(width, Ink.FAINT, character=wording.RULE)
    parts = [wording.present(one) for one in others]
    if row.claimed_by not in {None, agent, *(one.agent for one in others if one.writing)}:
        parts.insert(0, _("{agent} is writing").format(agent=row.claimed_by))
    parts += [wording.kind_of(row.kind), wording.visibility(row)]
    if view is not None:
        count = len(view.messages)
        parts.append(ngettext("{count} message", "{count} messages", count).format(count=count))
    parts += [part for part in (wording.clock_of(row),) if part]
    parts += [_("assigned to {agent}").format(agent=row.assignee)] if row.assignee else []
    parts += [f"#{tag}" for tag in row.tags]
    line = Line(f"{wording.RULE}{wording.RULE} ", Ink.FAINT).add(wording.person(row.person), Ink.STRONG)
    for part in parts:
        if line.width + cells(part) + _BETWEEN < width:
            line.add(f" {wording.DOT} ", Ink.FAINT).add(part)
    return line.add(" ").fill(width, Ink.FAINT, character=wording.RULE)
