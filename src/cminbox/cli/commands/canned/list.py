"""`cminbox canned list`: the canned replies that can be used."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cminbox.cli import canned_forms
from cminbox.domain.text import row
from cminbox.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.domain.canned import CannedReply

HELP = N_("List the canned replies")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--query", metavar=_("QUERY"), help=_("only those whose title, shortcut or tags fit"))
    parser.add_argument("--language", metavar=_("LANGUAGE"), help=_("only those in this language, such as fr"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line"))


def run(context: Context) -> int:
    """Print one line per reply, in the order of their keys; found ones, the best first."""
    from cminbox.inbox.canned import found, library  # noqa: PLC0415 - help needs no library

    whole = library(context.workplace.locations)
    replies = found(whole, context.arguments.query or "")
    if context.arguments.language is not None:
        replies = [one for one in replies if one.lang == context.arguments.language]
    if context.arguments.json:
        for reply in replies:
            context.out.json(canned_forms.canned(reply))
    else:
        context.out.table([_line(reply) for reply in replies])
    left_out = sum(fault.left_out for fault in whole.faults)
    if left_out:
        said = ngettext(
            "{count} file cannot be used; see cminbox canned lint",
            "{count} files cannot be used; see cminbox canned lint",
            left_out,
        )
        print(said.format(count=left_out), file=sys.stderr)
    return 0


def _line(reply: CannedReply) -> tuple[str, ...]:
    tags = " ".join(f"#{row(tag)}" for tag in reply.tags)
    title = row(reply.title)
    tone = "" if reply.tone is None else reply.tone.value
    return row(reply.key), row(reply.shortcut), canned_forms.source(reply.source), tone, f"{title}  {tags}".rstrip()
