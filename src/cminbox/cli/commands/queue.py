"""`cminbox queue`: what waits for an answer, the most pressing first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import listing
from cminbox.cli.views import VIEWS, wanted
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Print the queue, the most pressing first")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--view", choices=tuple(VIEWS), help=_("a list with a name, such as late or snoozed"))
    parser.add_argument("--filter", metavar=_("QUERY"), help=_("narrow it: net:ma kind:dm is:late tag:vip @ana word"))
    listing.add_arguments(parser)


def run(context: Context) -> int:
    """Print one line per conversation."""
    return listing.run(
        context, wanted(context.arguments.view, context.arguments.filter), asked=context.arguments.filter or ""
    )
