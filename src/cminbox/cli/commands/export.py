"""`cminbox export`: all messages, as JSON Lines that can be imported again or as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Print all messages, as JSON Lines or as a table for a spreadsheet")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl", help=_("jsonl by default"))
    parser.add_argument("--account", metavar=_("NAME"), help=_("only the messages of one account"))


def run(context: Context) -> int:
    """Print the messages in the order in which they came."""
    from cminbox.inbox import interchange  # noqa: PLC0415 - brings an HTML parser, which `--help` does not need

    exported = interchange.exported(context.workspace, context.arguments.account)
    if context.arguments.format == "csv":
        context.out.csv([interchange.COLUMNS])
        context.out.csv(interchange.cells(one) for one in exported)
        return 0
    for one in exported:
        context.out.json(interchange.form(one))
    return 0
