"""`cminbox unmute`: hear of a person again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import network_act
from cminbox.domain.network import Capability
from cminbox.i18n import N_

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Hear of the author of a conversation again")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    network_act.add_arguments(parser)


def run(context: Context) -> int:
    """Ask the network for it."""
    return network_act.run(context, Capability.UNMUTE)
