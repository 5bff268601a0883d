"""`cminbox outbox sent`: say that a reply of which nobody knew was published after all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Say that you have seen a reply on the network, of which nobody knew")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="REPLY", help=_("the reply, as in cminbox outbox"))


def run(context: Context) -> int:
    """Record the person's word."""
    context.acting.said_sent(context.arguments.id)
    context.out.line(_("Reply {id} counts as sent.").format(id=context.arguments.id))
    return 0
