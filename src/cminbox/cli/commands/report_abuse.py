"""`cminbox report-abuse`: report a conversation's newest message to the network's moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import network_act
from cminbox.domain.network import Capability
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Report a conversation's newest message to the network's moderators")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    network_act.add_arguments(parser)
    parser.add_argument("--reason", default="", metavar=_("TEXT"), help=_("what is wrong with it, for the moderators"))


def run(context: Context) -> int:
    """Ask the network for it."""
    return network_act.run(context, Capability.REPORT, context.arguments.reason)
