"""`cminbox show`: one conversation with all that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import forms, moments
from cminbox.cli.numbers import positive
from cminbox.cli.words import word
from cminbox.domain.reply import ReplyState
from cminbox.domain.text import row as one_row
from cminbox.i18n import N_, _, render
from cminbox.i18n.durations import exact, time_left
from cminbox.inbox.clock import ClockState, clock_of
from cminbox.inbox.requests import told

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from cminbox.cli.context import Context
    from cminbox.domain.conversation import QueueRow, StoredMessage
    from cminbox.domain.reply import StoredReply
    from cminbox.inbox.reading import ConversationView

HELP = N_("Print one conversation with its messages, notes and replies")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="ID", help=_("the conversation, as in cminbox queue"))
    parser.add_argument("--json", action="store_true", help=_("print it as one JSON object"))


def run(context: Context) -> int:
    """Print the conversation."""
    view = context.reading.show(context.arguments.id)
    now = context.workspace.now()
    if context.arguments.json:
        context.out.json(forms.conversation(view, context.reading.targets(view.row.id), now))
        return 0
    for line in _head(view, context.reading.time_left(view.row, now), now):
        context.out.line(line)
    for message in view.messages:
        context.out.line()
        context.out.line(_message_head(message))
        context.out.block(_words(message), "  ")
        for attachment in message.attachments:
            said = " ".join(part for part in (attachment.kind.value, attachment.alt or attachment.name) if part)
            context.out.block(f"[{said}] {attachment.url}", "  ")
    for note in view.notes:
        context.out.line()
        context.out.line(
            _("{moment}  note by {agent}").format(moment=moments.shown(note.at), agent=one_row(note.agent))
        )
        context.out.block(note.text, "  ")
    fetched = {message.remote_id for message in view.messages}
    for reply in view.replies:
        if reply.state is ReplyState.SENT and reply.remote_id in fetched:
            # It stands among the messages.
            continue
        context.out.line()
        context.out.line(_reply_head(reply))
        context.out.block(reply.text, "  ")
    for request in view.requests:
        context.out.line()
        context.out.line(f"{moments.shown(request.at)}  {render(told(request))}")
    return 0


def _head(view: ConversationView, left: int | None, now: int) -> Iterator[str]:
    row = view.row
    name = f"{one_row(row.person.name)} @{one_row(row.person.handle)}".strip()
    yield _("{id}: {kind} of {person} on {network}, {status}").format(
        id=row.id, kind=word(row.kind), person=name, network=row.network, status=word(row.status)
    )
    yield from _times(row, left, view.reply_until, now)
    if row.snoozed_until is not None:
        yield _("snoozed until {moment}").format(moment=moments.shown(row.snoozed_until))
    if row.assignee is not None:
        yield _("assigned to {agent}").format(agent=one_row(row.assignee))
    if row.claimed_by is not None:
        yield _("{agent} is on it").format(agent=one_row(row.claimed_by))
    if row.flagged:
        yield _("flagged")
    if row.tags:
        yield " ".join(f"#{one_row(tag)}" for tag in row.tags)


def _times(row: QueueRow, left: int | None, reply_until: int | None, now: int) -> Iterator[str]:
    """Yield when an answer is due, and until when the network takes one."""
    clock = clock_of(row, now)
    if clock is not None and clock.due is not None:
        late = clock.state is ClockState.BREACHED
        said = _("{target} was due {moment} ({left} late)") if late else _("{target} due {moment} ({left} left)")
        shown = time_left(abs(left or 0) / 1000)
        yield said.format(target=word(clock.target), moment=moments.shown(clock.due), left=shown)
    elif clock is not None:
        yield _("{target} paused ({left} left)").format(target=word(clock.target), left=exact((clock.left or 0) / 1000))
    if reply_until is not None:
        if reply_until < now:
            yield _("{network} took replies until {moment}").format(
                network=row.network, moment=moments.shown(reply_until)
            )
        else:
            yield _("{network} takes replies until {moment}").format(
                network=row.network, moment=moments.shown(reply_until)
            )


def _words(message: StoredMessage) -> str:
    if message.deleted_at is not None:
        return _("(deleted)")
    return _("(its words are kept no longer: its network sets an end to that)") if message.gone else message.text


def _message_head(message: StoredMessage) -> str:
    stars = "" if message.rating is None else f"  {message.rating}/5"
    edited = "" if message.edited_at is None else "  " + _("(edited)")
    mark = "> " if message.ours else ""
    return f"{mark}{moments.shown(message.created_at)}  @{one_row(message.author.handle)}{stars}{edited}"


def _reply_head(reply: StoredReply) -> str:
    said = _("{moment}  reply {id} by {agent}: {state}").format(
        moment=moments.shown(reply.updated_at), id=reply.id, agent=one_row(reply.agent), state=word(reply.state)
    )
    reason = forms.reason(reply.reason)
    return f"{said} ({reason})" if reason else said
