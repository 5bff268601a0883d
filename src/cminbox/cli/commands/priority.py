"""`cminbox priority`: say how much conversations matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.cli.words import word
from cminbox.domain.conversation import Priority
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Say how much a conversation matters")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="ID", help=_("the conversation, as in cminbox queue"))
    parser.add_argument("priority", choices=[one.value for one in Priority], help=_("how much it matters"))


def run(context: Context) -> int:
    """Set the priority."""
    priority = Priority(context.arguments.priority)
    context.acting.set_priority([context.arguments.id], priority)
    said = _("Conversation {id} has the priority {priority}.")
    context.out.line(said.format(id=context.arguments.id, priority=word(priority)))
    return 0
