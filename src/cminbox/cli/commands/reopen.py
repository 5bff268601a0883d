"""`cminbox reopen`: put conversations back into the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Put conversations back into the queue")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("ids", type=positive, nargs="+", metavar="ID", help=_("a conversation, as in cminbox queue"))


def run(context: Context) -> int:
    """Reopen the conversations."""
    context.acting.reopen(context.arguments.ids)
    for one in context.arguments.ids:
        context.out.line(_("Conversation {id} is open.").format(id=one))
    return 0
