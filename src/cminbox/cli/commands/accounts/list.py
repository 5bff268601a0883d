"""`cminbox accounts list`: the accounts and how they are doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import forms
from cminbox.cli.words import word
from cminbox.domain.text import row
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.domain.account import Account

HELP = N_("List the accounts and how they are doing")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line"))


def run(context: Context) -> int:
    """Print one line per account."""
    accounts = context.reading.accounts()
    if context.arguments.json:
        for account in accounts:
            context.out.json(forms.account(account))
        return 0
    context.out.table([_line(account) for account in accounts])
    if not accounts:
        context.out.line(_("No account is connected yet; begin with cminbox accounts add, or try cminbox demo."))
    return 0


def _line(account: Account) -> tuple[str, ...]:
    if account.connected_at is None:
        return row(account.name), account.network, "", _("imported messages only")
    said = word(account.health.state)
    reason = forms.reason(account.health.reason)
    return row(account.name), account.network, f"@{row(account.handle)}", f"{said}: {reason}" if reason else said
