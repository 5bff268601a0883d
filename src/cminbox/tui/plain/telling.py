"""What the plain inbox says of lists and conversations. One sentence is one line; no column, no sign without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.conversation import Status
from cminbox.domain.text import first_line
from cminbox.domain.text import row as one_row
from cminbox.i18n import N_, NP_, _, ngettext
from cminbox.i18n.durations import span
from cminbox.inbox.persons import MOST_COUNTED
from cminbox.tui import naming, wording
from cminbox.tui.due import due, window
from cminbox.tui.thread import Wishes, thread_lines
from cminbox.tui.widgets.person_panel import followers, known
from cminbox.tui.widgets.suggestion_strip import CLOSES, OPENS
from cminbox.tui.wording import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cminbox.domain.conversation import QueueRow
    from cminbox.inbox.persons import PersonView, Seen
    from cminbox.inbox.reading import ConversationView
    from cminbox.tui.desk import Desk

PAGE = 10
_WIDTH = 1000
"""Lines are not broken here: terminals and braille displays break them where they need to."""
_TEXT = 160
_STATES = {
    State.TWICE: N_("very late"),
    State.LATE: N_("late"),
    State.SOON: N_("due soon"),
    State.WARN: N_("due before long"),
    State.CALM: "",
    State.WAITING: N_("waits for their answer"),
    # Translators: a conversation (feminine in French) is one of these
    State.SNOOZED: NP_("conversation", "put off"),
    State.DONE: NP_("conversation", "done"),
    State.HELD: N_("reply on its way"),
    State.FAILED: N_("reply not sent"),
}
_LATE = {_STATES[State.LATE], _STATES[State.TWICE]}


def list_lines(desk: Desk, first: int) -> Iterator[str]:
    """Yield what a page of the list holds, from a row on, and how to get on."""
    last = min(first + PAGE, len(desk.window))
    name = _(desk.view.label)
    if desk.typed is None and not desk.view.own:
        total = str(desk.view.count(desk.counts))
    else:
        total = f"{len(desk.window)}{'' if desk.window.at_end else '+'}"
    yield _("{view}, {count}:").format(view=name, count=f"{total}{_filtered(desk)}")
    for index in range(first, last):
        yield row_line(desk, index)
    if last < len(desk.window) or not desk.window.at_end:
        yield _("type more to go on; a number reads that conversation")
    elif not len(desk.window) and desk.typed is not None:
        yield _("Nothing fits; clear filter shows all again, is:all looks through what is done as well")
    elif not len(desk.window):
        yield _("Nothing is waiting here.")
    if told := naming.told(desk):
        yield told
        yield _("type among names to do that")


def news(desk: Desk, outbox: str) -> Iterator[str]:
    """Yield what has come to be since one last looked; `outbox` is what is typed to see what was not sent."""
    if desk.arrived:
        text = ngettext("{count} new; merge shows it", "{count} new; merge shows them", desk.arrived)
        yield text.format(count=desk.arrived)
    if desk.unsent:
        count = len(desk.unsent)
        text = ngettext(
            "{count} reply was not sent; {key} lists it", "{count} replies were not sent; {key} lists them", count
        )
        yield text.format(count=count, key=outbox)
    if desk.sync:
        yield desk.sync


def row_line(desk: Desk, index: int) -> str:
    """Return one row: its number, state and time, who, where, what."""
    row, now = desk.window[index].row, desk.now
    state = _STATES[wording.state_of(row, now)]
    said_state = _(state) if state else ""
    left = _time_said(row, now, desk.time_left(row, now))
    late = state in _LATE and left
    parts = [
        f"{said_state} {left}" if late else said_state,
        "" if late else left,
        wording.person(row.person),
        _network(desk, row),
        wording.kind_of(row.kind),
    ]
    if desk.is_marked(index):
        parts.insert(0, _("marked"))
    if row.flagged:
        parts.insert(0, _("flagged"))
    if row.claimed_by is not None and row.claimed_by != desk.session.agent:
        parts.append(_("{agent} writes").format(agent=row.claimed_by))
    elif row.assignee is not None:
        parts.append(_("assigned to {agent}").format(agent=row.assignee))
    if row.unanswered > 1:
        parts.append(ngettext("{count} message", "{count} messages", row.unanswered).format(count=row.unanswered))
    said = ", ".join(one_row(part) for part in parts if part)
    return _("{number}. {what}: {text}").format(number=index + 1, what=said, text=first_line(row.text, _TEXT))


def conversation_lines(desk: Desk, view: ConversationView, others: Sequence[str], *, whole: bool) -> Iterator[str]:
    """Yield a conversation: who and until when, then its messages, from the oldest unanswered one unless `whole`."""
    row, now = view.row, desk.now
    yield ", ".join(one_row(part) for part in _head(desk, view, others) if part) + "."
    lines, start = thread_lines(view, _WIDTH, now, Wishes(spoken=True))
    texts = [str(line).rstrip() for line in lines]
    if not whole and start < len(texts):
        before = sum(1 for text in texts[:start] if text)
        if before:
            yield ngettext("{count} line before; o reads it", "{count} lines before; o reads them", before).format(
                count=before
            )
        texts = texts[start:]
    yield from (text for text in texts if text)
    if row.tags:
        yield " ".join(f"#{one_row(tag)}" for tag in row.tags)


def thread_texts(view: ConversationView, now: int, wishes: Wishes) -> Iterator[str]:
    """Yield the messages of a conversation with what is wished beside them. `now` is UTC milliseconds."""
    lines, _start = thread_lines(view, _WIDTH, now, wishes)
    yield from (text for line in lines if (text := str(line).rstrip()))


def person_texts(view: PersonView, now: int, row: QueueRow | None = None) -> Iterator[str]:
    """Yield what is known of a person; `row` is the conversation at hand, whose clock is told as well.

    `now` is UTC milliseconds.
    """
    person, account = view.person, view.account
    name = person.name if person.name != person.handle else ""
    where = _("{network}, to {account}").format(network=wording.network_of(account), account=wording.speaker(account))
    parts = (wording.person(person), name, where, "" if person.followers is None else followers(person.followers))
    yield ", ".join(one_row(part) for part in parts if part)
    yield _known(view.seen, now)
    if row is not None and due(row, now):
        yield due(row, now)
    for one in view.contacts:
        if row is None or one.id != row.id:
            state = _(_STATES[wording.state_of(one, now)])
            said = ", ".join(part for part in (_ago(one.last_message_at, now), state) if part)
            yield _("Before: {when}: {text}").format(when=said, text=first_line(one.text, _TEXT))
    if view.tags:
        yield ", ".join(f"#{one_row(tag)} {count}" for tag, count in view.tags)
    for note in view.notes:
        yield _("Note, never sent, of {agent}, {when}: {text}").format(
            agent=one_row(note.agent), when=_ago(note.at, now), text=note.text
        )


def _known(seen: Seen, now: int) -> str:
    """Return how much a person has written, and since when."""
    if seen.first_at is None:
        return known(seen, now)
    count = f"{seen.messages}+" if seen.messages >= MOST_COUNTED else str(seen.messages)
    said = ngettext("{count} message, {time} ago", "{count} messages, the first {time} ago", seen.messages)
    return said.format(count=count, time=span(max(0, now - seen.first_at) / 1000))


def spoken(text: str) -> str:
    """Return a text with the marks of its blanks as brackets that are read out like any other."""
    return text.replace(OPENS, "[").replace(CLOSES, "]")


def _ago(at: int, now: int) -> str:
    return _("{time} ago").format(time=span(max(0, now - at) / 1000))


def _time_said(row: QueueRow, now: int, left: int | None) -> str:
    """Return how long an answer still has, how late it is, or when a conversation comes back, in words."""
    if row.status is Status.SNOOZED and row.snoozed_until is not None:
        return _("back in {time}").format(time=span(max(0, row.snoozed_until - now) / 1000))
    if row.status is not Status.OPEN or left is None:
        return ""
    time = span(abs(left) / 1000)
    return _("{time} left").format(time=time) if left >= 0 else _("by {time}").format(time=time)


def _head(desk: Desk, view: ConversationView, others: Sequence[str]) -> Iterator[str]:
    row, now = view.row, desk.now
    yield wording.person(row.person)
    yield wording.network_of(view.account)
    yield wording.kind_of(row.kind)
    yield wording.visibility(row)
    state = _STATES[wording.state_of(row, now)]
    yield due(row, now) or (_(state) if state else "")
    yield window(desk.session.reading.reply_until(row), now)[0]
    if row.assignee is not None:
        yield _("assigned to {agent}").format(agent=row.assignee)
    for agent in others:
        yield _("{agent} is here too").format(agent=agent)


def _network(desk: Desk, row: QueueRow) -> str:
    account = desk.account(row)
    return row.network if account is None else wording.network_of(account)


def _filtered(desk: Desk) -> str:
    if desk.typed is None:
        return ""
    # What nobody typed has been said when it was chosen.
    return ", " + (
        _("filter {query}").format(query=one_row(desk.query))
        if desk.query
        else _("a part of them, clear filter shows all")
    )
