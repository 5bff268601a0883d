"""`cminbox doctor`: what may be wrong with the workspace, each finding with its mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_, _, ngettext, render
from cminbox.inbox.doctor import Weight, examine, versions

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Look for what may be wrong, and say the mend")
_MARKS = {Weight.OK: "  ", Weight.NOTE: "- ", Weight.WRONG: "! "}


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line"))


def run(context: Context) -> int:
    """Print each finding; 1 when something is wrong."""
    out, wrong = context.out, 0
    known = versions()
    if context.arguments.json:
        out.json({"topic": "versions", "weight": "ok", **known})
    else:
        out.line("  " + ", ".join(f"{name} {value}" for name, value in known.items()))
    for finding in examine(context.workplace):
        wrong += finding.weight is Weight.WRONG
        said = render(finding.saying)
        if context.arguments.json:
            out.json({"topic": finding.topic, "weight": finding.weight.value, "text": said})
        else:
            out.line(_MARKS[finding.weight] + said)
    if not context.arguments.json:
        found = ngettext("{count} problem found.", "{count} problems found.", wrong).format(count=wrong)
        out.line(found if wrong else _("Nothing is wrong."))
    return 1 if wrong else 0
