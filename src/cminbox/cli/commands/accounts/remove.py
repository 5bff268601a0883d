"""`cminbox accounts remove`: stop fetching and sending for an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.text import row
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Let an account go: its secrets are forgotten, its conversations stay")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("name", metavar=_("NAME"), help=_("the account, as in cminbox accounts list"))


def run(context: Context) -> int:
    """Let the account go."""
    from cminbox.inbox import connecting  # noqa: PLC0415 - brings the networks, which `--help` does not need

    account = connecting.remove(context.workspace, context.arguments.name)
    context.out.line(
        _("{account} is no longer connected, and its secrets are gone from here.").format(account=row(account.name))
    )
    return 0
