"""`cminbox search`: every conversation that fits, waiting or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cminbox.cli import listing
from cminbox.domain.grammar import parse_filter
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Find conversations by words, people, tags ..., waiting or not")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("query", nargs="+", metavar=_("QUERY"), help=_("as in the inbox: refund @ana net:ma is:done"))
    listing.add_arguments(parser)


def run(context: Context) -> int:
    """Print one line per conversation, the newest first."""
    asked = " ".join(context.arguments.query)
    found = parse_filter(asked)
    if found.status is None:
        found = replace(found, everything=True)
    return listing.run(context, found, asked=asked)
