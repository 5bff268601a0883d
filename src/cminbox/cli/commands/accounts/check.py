"""`cminbox accounts check`: ask an account's network who we are and what we may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.account_report import say_connected
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Ask an account's network who we are and what we may do")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("name", metavar=_("NAME"), help=_("the account, as in cminbox accounts list"))
    parser.add_argument("--json", action="store_true", help=_("print the account as JSON"))


def run(context: Context) -> int:
    """Check the account; 1 when it cannot work or lacks a permission."""
    from cminbox.inbox import connecting  # noqa: PLC0415 - brings the networks, which `--help` does not need

    connected = connecting.check(context.workspace, context.arguments.name)
    say_connected(context, connected)
    return 1 if connected.report.missing_scopes else 0
