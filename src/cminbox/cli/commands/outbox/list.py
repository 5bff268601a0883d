"""`cminbox outbox list`: the replies that are on their way or were not sent, and what can be done about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import forms
from cminbox.cli.words import word
from cminbox.domain.reply import ReplyState, needs_a_person
from cminbox.domain.text import first_line
from cminbox.domain.text import row as one_row
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.domain.conversation import QueueRow
    from cminbox.domain.reply import StoredReply

HELP = N_("List the replies that are on their way or were not sent")
_HANDLE, _TEXT = 30, 60


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line"))


def run(context: Context) -> int:
    """Print the replies, those that wait for a person first."""
    now = context.workspace.now()
    replies = sorted(context.reading.outstanding(), key=lambda one: (not needs_a_person(one, now), one.id))
    rows = context.reading.rows([one.conversation_id for one in replies]) if replies else {}
    for reply in replies:
        row = rows[reply.conversation_id]
        if context.arguments.json:
            context.out.json(forms.outgoing(reply, row, now))
            continue
        context.out.line(_line(reply, row, now))
        said = [forms.reason(reply.reason), _mend(reply, now)]
        context.out.block("\n".join(one for one in said if one), "   ")
    if not replies and not context.arguments.json:
        context.out.line(_("No reply is on its way, and none was left unsent."))
    return 0


def _line(reply: StoredReply, row: QueueRow, now: int) -> str:
    interrupted = reply.state is ReplyState.HELD and needs_a_person(reply, now)
    return _("{id}  {state}: {agent} to @{person} on {network} (conversation {conversation}): {text}").format(
        id=reply.id,
        state=_("not sent, its screen ended") if interrupted else word(reply.state),
        agent=one_row(reply.agent),
        person=first_line(row.person.handle, _HANDLE),
        network=row.network,
        conversation=reply.conversation_id,
        text=first_line(reply.text, _TEXT),
    )


def _mend(reply: StoredReply, now: int) -> str | None:
    """Return what a person can do about a reply that waits for one, None where it needs nobody."""
    if not needs_a_person(reply, now):
        return None
    if reply.state is ReplyState.UNKNOWN:
        return _(
            "Look on the network, then: cminbox outbox sent {id} if it is there, else outbox retry {id} --anyway"
            " or outbox cancel {id}"
        ).format(id=reply.id)
    return _("cminbox outbox retry {id} sends it, outbox take-back {id} makes it a draft, outbox cancel {id}").format(
        id=reply.id
    )
