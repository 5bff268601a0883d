"""A conversation as lines: messages oldest first, ours, notes and replies told apart by words and by place.

What people wrote stands two cells in, our answers four, notes of ours behind a `#` on every line. What was edited or
deleted stays in its place and says so. What others wrote around it stands behind a `:`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.message import AttachmentKind
from cminbox.domain.network import Capability
from cminbox.domain.reply import ReplyState
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.i18n import N_, _, render
from cminbox.i18n.durations import span
from cminbox.inbox.requests import Request, RequestState, told
from cminbox.inbox.surroundings import surroundings
from cminbox.tui import links, wording
from cminbox.tui.ink import EMPTY, Ink, Line, cells, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.conversation import Note, StoredMessage
    from cminbox.domain.message import Attachment
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.reading import ConversationView

THEIRS, OURS, NOTE, AROUND = "  ", "    ", "# ", ": "
_SHORT = 24
_ATTACHMENTS = {
    AttachmentKind.IMAGE: N_("image"),
    AttachmentKind.VIDEO: N_("video"),
    AttachmentKind.AUDIO: N_("sound"),
    AttachmentKind.FILE: N_("file"),
    AttachmentKind.LINK: N_("link"),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What of a conversation is shown beside its messages."""

    drafts: bool = True
    earlier: bool = False
    """The texts that edited messages had before."""
    spoken: bool = False
    """Whether it is read out: words and commas stand where the screen has signs."""


_PLAINLY = Wishes()


def thread_lines(view: ConversationView, width: int, now: int, wishes: Wishes = _PLAINLY) -> tuple[list[Line], int]:
    """Return a conversation as lines, and the line where its oldest unanswered message begins.

    `now` is UTC milliseconds.
    """
    drawing = _Drawing(view, width, now, wishes)
    lines: list[Line] = drawing.around(above=True)
    start: int | None = None
    for item in drawing.items():
        if lines:
            lines.append(EMPTY)
        if start is None and item.waits:
            start = len(lines)
        lines.extend(item.lines)
    end = len(lines)
    lines += drawing.around(above=False)
    return lines, end if start is None else start


def edits_of(view: ConversationView) -> dict[int, list[tuple[int, str]]]:
    """Return the texts that messages had before they were edited, with the instant of each edit, oldest first."""
    found: dict[int, list[tuple[int, str]]] = {}
    for event in view.events:
        text = None if event.what != "edited" or event.before is None else event.before.get("text")
        if isinstance(text, str) and event.before is not None:
            found.setdefault(int(event.before["message"]), []).append((event.at, text))
    return found


def kind_of_attachment(one: Attachment) -> str:
    """Return what an attachment is, in one word."""
    return _(_ATTACHMENTS[one.kind])


def attachment_line(one: Attachment) -> str:
    """Return an attachment as one line: what it is, how it was described, what it is called, where it lies."""
    link = links.link_of(one.url)
    name = one.name if one.name != one.alt else ""
    host = "" if link is None else link.ascii_host
    alt = f"“{one.alt}”" if one.alt else _("not described")
    return " ".join(part for part in (f"[{kind_of_attachment(one)}]", alt, name, host and f"({host})") if part)


def link_line(number: int, link: links.Link, width: int, indent: str = "") -> list[Line]:
    """Return a link with its number and its real host, and what is odd about it."""
    line = Line(indent).add(f"[{number}]", Ink.KEY).add(" ").add(link.host, Ink.STRONG)
    if link.ascii_host != link.host:
        line.add(f" ({link.ascii_host})", Ink.STRONG)
    line.add(cut(safe(link.rest), max(0, width - line.width)), Ink.FAINT)
    if link.oddity is None:
        return [line]
    odd = _(link.oddity.value).format(said=safe(link.said, limit=_SHORT * 2))
    careful = _("careful")
    return [line, *wrapped(f"! {careful}: {odd}", width, indent=indent, ink=Ink.LATE)]


@dataclass(slots=True)
class _Item:
    """A part of a thread: when it came, and its lines."""

    at: int
    lines: list[Line]
    waits: bool = False
    """Whether it is a message that awaits an answer."""


class _Drawing:
    """One conversation on its way to lines of one width."""

    def __init__(self, view: ConversationView, width: int, now: int, wishes: Wishes) -> None:
        self.view, self.width, self.now, self.wishes = view, width, now, wishes
        self._next = ", " if wishes.spoken else f" {wording.DOT} "
        self._numbers = links.numbered(view.messages)
        self._edits = edits_of(view)

    def items(self) -> list[_Item]:
        """Return everything in the order in which it happened."""
        found = [*self._messages()]
        found += [_Item(one.at, self._note(one)) for one in self.view.notes]
        found += [_Item(one.decided_at or one.updated_at, self._reply(one)) for one in self._replies()]
        found += [_Item(one.at, lines) for one in self.view.requests if (lines := self._request(one))]
        return sorted(found, key=lambda item: item.at)

    def around(self, *, above: bool) -> list[Line]:
        """Return what stands above or below the conversation on its network, under a line that says so."""
        found = surroundings(self.view)
        many = () if found is None else found.above if above else found.below
        if found is None or not many:
            return []
        asked = span(max(0, self.now - found.at) / 1000)
        title = _("above it, as of {time} ago") if above else _("elsewhere below it, as of {time} ago")
        lines = [] if above else [EMPTY]
        sign = "" if self.wishes.spoken else f"{wording.DOT}{wording.DOT} "
        lines.append(Line(f"{sign}{title.format(time=asked)}", Ink.FAINT))
        for one in many:
            who = _("us") if one.ours else f"@{one.handle}" if one.handle else one.name
            head = f"{AROUND}{safe(who, limit=_SHORT * 2)}{self._next}{self._when(one.at)}"
            lines.append(Line(cut(head, self.width), Ink.FAINT))
            lines += wrapped(one.text, self.width, indent=AROUND, ink=Ink.FAINT)
        return lines

    def _messages(self) -> Iterator[_Item]:
        known = {one.remote_id: one for one in self.view.messages}
        waiting = self.view.row.waiting_since
        before: StoredMessage | None = None
        for one in self.view.messages:
            answered = known.get(one.parent) if one.parent is not None else None
            aside = answered if answered is not before else None
            waits = waiting is not None and not one.ours and one.arrived_at >= waiting
            yield _Item(one.arrived_at, list(self._message(one, aside)), waits)
            before = one

    def _message(self, one: StoredMessage, aside: StoredMessage | None) -> Iterator[Line]:
        yield self._head(one, aside)
        indent = OURS if one.ours else THEIRS
        if one.deleted_at is not None:
            yield Line(indent + _("(deleted by its author)"), Ink.FAINT)
            return
        if one.gone:
            network = wording.network_of(self.view.account)
            said = _("(its words are kept no longer: {network} sets an end to that)").format(network=network)
            yield from wrapped(said, self.width, indent=indent, ink=Ink.FAINT)
            return
        if self.wishes.earlier:
            for at, text in self._edits.get(one.id, ()):
                yield Line(indent).add(_("until {time} ago:").format(time=self._age(at)), Ink.FAINT)
                yield from wrapped(text, self.width, indent=f"{indent}- ", ink=Ink.FAINT)
        yield from wrapped(one.text, self.width, indent=indent)
        for number, link in self._numbers.get(one.id, ()):
            yield from link_line(number, link, self.width, indent)
        for attachment in one.attachments:
            yield from wrapped(attachment_line(attachment), self.width, indent=indent, ink=Ink.FAINT)

    def _head(self, one: StoredMessage, aside: StoredMessage | None) -> Line:
        if one.ours:
            we_as = _("we, as")
            sign = "" if self.wishes.spoken else f"{wording.OURS} "
            head = Line(f"{sign}{we_as} {wording.speaker(self.view.account)}", Ink.OURS)
        else:
            head = Line(wording.person(one.author), Ink.STRONG)
            if one.author.name and one.author.name != one.author.handle:
                head.add(f" {one.author.name}", Ink.FAINT)
        head.add(f"{self._next}{self._when(one.created_at)}", Ink.FAINT)
        for part in self._remarks(one, aside):
            if head.width + cells(part) + len(wording.DOT) + 2 <= self.width:
                head.add(self._next, Ink.FAINT).add(part)
        return head

    def _remarks(self, one: StoredMessage, aside: StoredMessage | None) -> Iterator[str]:
        if one.edited_at is not None:
            yield _("edited {time} ago").format(time=self._age(one.edited_at))
        elif one.id in self._edits:
            yield _("edited {time} ago").format(time=self._age(self._edits[one.id][-1][0]))
        if one.rating is not None:
            yield _("{rating} of 5 stars").format(rating=one.rating)
        if aside is not None:
            who = _("us") if aside.ours else wording.person(aside.author)
            yield _("answers {person}").format(person=safe(who, limit=_SHORT))

    def _note(self, one: Note) -> list[Line]:
        head = _("internal note of {agent}, never sent").format(agent=safe(one.agent, limit=_SHORT))
        head = f"{NOTE}{head}{self._next}{self._when(one.at)}"
        body = wrapped(one.text, self.width, indent=NOTE, ink=Ink.NOTE)
        return [Line(cut(safe(head), self.width), Ink.NOTE), *body]

    def _replies(self) -> Iterator[StoredReply]:
        for one in self.view.replies:
            if one.state is ReplyState.DRAFT:
                if self.wishes.drafts:
                    yield one
            elif one.state not in {ReplyState.SENT, ReplyState.CANCELLED}:
                yield one

    def _reply(self, one: StoredReply) -> list[Line]:
        state = wording.reply_state(one.state, interrupted=one.interrupted)
        sign = wording.OURS if one.state is ReplyState.DRAFT else wording.State.HELD.sign
        head = _("{sign} reply of {agent}: {state}").format(sign=sign, agent=one.agent, state=state)
        head = head.removeprefix(f"{sign} ") if self.wishes.spoken else head
        body = wrapped(one.text, self.width, indent=OURS, ink=Ink.OURS)
        reason = wording.kept(one.reason)
        foot = wrapped(reason, self.width, indent=OURS, ink=Ink.LATE) if reason else []
        return [Line(head, Ink.OURS), *body, *foot]

    def _request(self, one: Request) -> list[Line]:
        """Return what was asked of the network, in full, as long as it is not done."""
        match one.state:
            case RequestState.REFUSED:
                return wrapped(f"! {render(told(one))}", self.width, ink=Ink.LATE)
            case RequestState.QUEUED if one.capability is not Capability.THREAD:
                return wrapped(render(told(one)), self.width, ink=Ink.FAINT)
            case _:
                return []

    def _when(self, at: int) -> str:
        return _("{time} ago").format(time=self._age(at)) if self.wishes.spoken else self._age(at)

    def _age(self, at: int) -> str:
        return span(max(0, self.now - at) / 1000)
