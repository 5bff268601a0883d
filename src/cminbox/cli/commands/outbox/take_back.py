"""`cminbox outbox take-back`: make a reply that has not left a draft again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Make a reply that has not left a draft again")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="REPLY", help=_("the reply, as in cminbox outbox"))


def run(context: Context) -> int:
    """Take the reply back with its exact text."""
    draft = context.acting.take_back(context.arguments.id)
    said = _("Reply {id} is a draft again, in conversation {conversation}.")
    context.out.line(said.format(id=draft.id, conversation=draft.conversation_id))
    return 0
