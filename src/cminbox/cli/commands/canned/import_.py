"""`cminbox canned import`: take in canned replies of other tools, tables and texts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cminbox.cli import canned_forms, given
from cminbox.domain.text import row, safe
from cminbox.i18n import N_, _, language, render

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.inbox.canned_exchange import Kept

HELP = N_("Take in canned replies: exports of other tools, tables, texts")
PARTLY = 3
_MEGABYTES = 16


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("file", metavar=_("FILE"), help=_("the file; - is standard input"))
    parser.add_argument("--format", choices=("json", "csv", "text"), help=_("what it is; else told by its content"))
    parser.add_argument("--language", metavar=_("LANGUAGE"), help=_("the language of replies whose words tell none"))
    parser.add_argument("--personal", action="store_true", help=_("for yourself alone, in every workspace"))
    parser.add_argument("--dry-run", action="store_true", help=_("write nothing, only say what would be done"))
    parser.add_argument("--json", action="store_true", help=_("print the replies as JSON, one per line"))


def run(context: Context) -> int:
    """Write one file per reply, name each entry that is none; 3 when there was one."""
    from cminbox.inbox.canned_exchange import Kept, taken_in  # noqa: PLC0415 - help needs no library

    asked = context.arguments
    kept: list[Kept] = []
    refused = 0
    for one in taken_in(
        context.workplace.locations,
        given.read_bytes(asked.file, _MEGABYTES),
        form=asked.format,
        lang=asked.language or language(),
        personal=asked.personal,
        rehearsal=asked.dry_run,
    ):
        if isinstance(one, Kept):
            kept.append(one)
            _tell(context, one)
            continue
        refused += 1
        said = _("reply {number}: {reason}").format(number=one.number, reason=render(one.reason))
        print(said, file=sys.stderr)
    if not asked.json:
        new = sum(one.new for one in kept)
        said = _("{new} new, {known} known, {refused} refused")
        context.out.line(said.format(new=new, known=len(kept) - new, refused=refused))
    return PARTLY if refused else 0


def _tell(context: Context, one: Kept) -> None:
    if context.arguments.json:
        context.out.json(canned_forms.canned(one.reply) | {"new": one.new, "left_out": list(one.left_out)})
    elif one.new:
        context.out.line(f"{row(one.reply.key)}  {safe(str(one.reply.file))}")
    if one.left_out:
        said = _("reply {number}: left out, because it means nothing here: {names}")
        print(said.format(number=one.number, names=", ".join(row(name) for name in one.left_out)), file=sys.stderr)
