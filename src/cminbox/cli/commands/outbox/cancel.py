"""`cminbox outbox cancel`: give a reply up for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Give a reply up for good")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="REPLY", help=_("the reply, as in cminbox outbox"))


def run(context: Context) -> int:
    """Give the reply up."""
    context.acting.cancel(context.arguments.id)
    context.out.line(_("Reply {id} was given up.").format(id=context.arguments.id))
    return 0
