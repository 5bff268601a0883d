"""`cminbox accounts set`: change settings of a connected account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import given
from cminbox.cli.account_report import say_connected
from cminbox.cli.commands.accounts.add import refuse_open_secrets
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Change settings of a connected account, such as the version of its network's interface")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("name", metavar=_("NAME"), help=_("the account, as in cminbox accounts list"))
    parser.add_argument("changes", metavar="KEY=VALUE", nargs="+", help=_("a setting of the account"))
    parser.add_argument("--json", action="store_true", help=_("print the account as JSON"))


def run(context: Context) -> int:
    """Change the settings; nothing is stored unless the network accepts them for the same identity."""
    from cminbox.inbox import connecting  # noqa: PLC0415 - brings the networks, which `--help` does not need

    name = context.arguments.name
    network, _settings = connecting.settings_of(context.workspace, name)
    changes = given.pairs(context.arguments.changes, "accounts set")
    refuse_open_secrets(connecting.entries(network), changes)
    say_connected(context, connecting.change(context.workspace, name, changes))
    return 0
