"""`cminbox accounts sign-in`: give an account new secrets after its old ones have died."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import given
from cminbox.cli.account_report import say_connected
from cminbox.cli.commands.accounts.add import ask_secrets
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Give an account new secrets when its old ones have died")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("name", metavar=_("NAME"), help=_("the account, as in cminbox accounts list"))
    given.add_secret_argument(parser)
    parser.add_argument("--json", action="store_true", help=_("print the account as JSON"))


def run(context: Context) -> int:
    """Sign in again; nothing is stored unless the network accepts it."""
    from cminbox.inbox import connecting  # noqa: PLC0415 - brings the networks, which `--help` does not need

    name = context.arguments.name
    network, settings = connecting.settings_of(context.workspace, name)
    secrets = given.read_secrets(context.arguments.secret)
    if context.interactive:
        secrets = connecting.kept_to_sign_in(context.workspace, name) | secrets
        secrets |= ask_secrets(network, connecting.entries(network), settings, secrets)
    say_connected(context, connecting.renew(context.workspace, name, secrets))
    return 0
