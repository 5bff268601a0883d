"""`cminbox outbox retry`: send a reply that was refused, interrupted, or may not have arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Send a reply that was refused or interrupted, all the same")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="REPLY", help=_("the reply, as in cminbox outbox"))
    parser.add_argument("--anyway", action="store_true", help=_("also when it may have been published already"))


def run(context: Context) -> int:
    """Put the reply on its way."""
    context.acting.send_again(context.arguments.id, anyway=context.arguments.anyway)
    context.out.line(_("Reply {id} is on its way.").format(id=context.arguments.id))
    return 0
