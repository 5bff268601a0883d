"""`cminbox import`: take in messages from a file of JSON Lines."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.cli.given import STANDARD_INPUT
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_, _, render

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Take in messages from a file of JSON Lines")
PARTLY = 3


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("file", metavar=_("FILE"), help=_("the file; - is standard input"))
    parser.add_argument("--json", action="store_true", help=_("print what was done as one JSON object"))


def run(context: Context) -> int:
    """Import what can be read, name each line that cannot; 3 when there was one.

    Raises Problem for a file that cannot be read.
    """
    from cminbox.inbox import interchange  # noqa: PLC0415 - brings an HTML parser, which `--help` does not need

    name = context.arguments.file
    refused = 0
    with ExitStack() as stack:
        try:
            lines = sys.stdin.buffer if name == STANDARD_INPUT else stack.enter_context(Path(name).open("rb"))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise Problem(say("{file}: this file cannot be read ({reason})", file=safe(name), reason=reason)) from None
        importing = interchange.Importing(context.workspace)
        for bad in importing.take(lines):
            refused += 1
            print(_("line {number}: {reason}").format(number=bad.number, reason=render(bad.reason)), file=sys.stderr)
    done = importing.done
    if context.arguments.json:
        context.out.json({"new": done.new, "changed": done.changed, "known": done.known, "refused": refused})
    else:
        said = _("{new} new, {changed} changed, {known} known, {refused} refused")
        context.out.line(said.format(new=done.new, changed=done.changed, known=done.known, refused=refused))
    return PARTLY if refused else 0
