"""`cminbox canned lint`: what is to be mended in the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import canned_forms
from cminbox.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Look for what is to be mended in the canned replies")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--starters", action="store_true", help=_("look at those that came with cminbox as well"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per finding"))


def run(context: Context) -> int:
    """Print a line per finding; 1 when one of them is to be mended."""
    from cminbox.inbox.canned_care import lint  # noqa: PLC0415 - help needs no library

    found = lint(context.workspace, starters=context.arguments.starters)
    count = sum(not one.advice for one in found)
    if context.arguments.json:
        for one in found:
            context.out.json(canned_forms.finding(one))
        return 1 if count else 0
    for one in found:
        context.out.line(canned_forms.finding_line(one))
    said = ngettext("{count} finding", "{count} findings", count).format(count=count)
    context.out.line(said if count else _("Nothing is to be mended."))
    return 1 if count else 0
