"""`cminbox share`: let the members of a group work in the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.i18n import N_, _
from cminbox.inbox.sharing import share

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Let the members of a group work in this workspace; secrets stay yours")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("group", metavar=_("GROUP"), help=_("a group of this machine's users"))


def run(context: Context) -> int:
    """Share the data."""
    share(context.workspace, context.arguments.group)
    said = _("{folder}: the members of {group} can read and write it; its secrets stay yours.")
    folder = safe(str(context.workspace.locations.folder))
    context.out.line(said.format(folder=folder, group=safe(context.arguments.group)))
    return 0
