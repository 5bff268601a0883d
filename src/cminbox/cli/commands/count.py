"""`cminbox count`: how much waits, as numbers for a status bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_, _, ngettext
from cminbox.inbox.counting import figures

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Say how many conversations wait, for a status bar")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--late", action="store_true", help=_("print only the number of those that are late"))
    what.add_argument("--at-risk", action="store_true", help=_("print only the number of those late or nearly so"))
    what.add_argument("--json", action="store_true", help=_("print all numbers as one JSON object"))


def run(context: Context) -> int:
    """Print the figures."""
    found = figures(context.workspace)
    asked, out = context.arguments, context.out
    if asked.json:
        out.json(found.to_json())
    elif asked.late:
        out.line(str(found.late))
    elif asked.at_risk:
        out.line(str(found.at_risk))
    else:
        waiting = ngettext("{count} waiting", "{count} waiting", found.queue).format(count=found.queue)
        late = ngettext("{count} late", "{count} late", found.late).format(count=found.late)
        out.line(f"{waiting}, {late}" if found.late else waiting)
    return 0
