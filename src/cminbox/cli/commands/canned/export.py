"""`cminbox canned export`: the canned replies as JSON Lines, as a table, or as files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cminbox.cli import canned_forms
from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.i18n import N_, _, render

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.domain.canned import CannedReply

HELP = N_("Print the canned replies as JSON or as a table, or write them as files")
PARTLY = 3
COLUMNS = (
    "id", "lang", "title", "shortcut", "tags", "body", "examples", "tone", "networks", "kinds", "stars", "express",
    "expires", "attachments", "macro", "variants",
)  # fmt: skip


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--format", choices=("jsonl", "csv", "folder"), default="jsonl", help=_("jsonl by default"))
    parser.add_argument("--to", metavar=_("FOLDER"), help=_("where the files go, with --format folder"))
    parser.add_argument("--starters", action="store_true", help=_("those that came with cminbox as well"))


def run(context: Context) -> int:
    """Print or write the replies in the order of their keys; 3 when a file could not be written.

    Raises UsageProblem for a folder without its format.
    """
    from cminbox.inbox.canned_exchange import exported  # noqa: PLC0415 - help needs no library

    asked = context.arguments
    if (asked.format == "folder") != (asked.to is not None):
        raise UsageProblem(say("--format folder and --to FOLDER go together"))
    replies = exported(context.workplace.locations, starters=asked.starters)
    if asked.format == "folder":
        return _write(context, replies, Path(asked.to))
    if asked.format == "csv":
        context.out.csv([COLUMNS])
        context.out.csv(_cells(reply) for reply in replies)
        return 0
    for reply in replies:
        context.out.json(canned_forms.canned(reply))
    return 0


def _cells(reply: CannedReply) -> list[object]:
    """Return a reply as a row; lists and objects are JSON within their cell, empty ones an empty cell."""
    form = canned_forms.canned(reply)
    return [_cell(form[column]) for column in COLUMNS]


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else None
    return value


def _write(context: Context, replies: list[CannedReply], folder: Path) -> int:
    from cminbox.inbox.canned_exchange import Kept, write_folder  # noqa: PLC0415 - as in run

    written = refused = 0
    for one in write_folder(replies, folder):
        if isinstance(one, Kept):
            written += 1
        else:
            refused += 1
            print(render(one.reason), file=sys.stderr)
    context.out.line(_("{written} written, {refused} refused").format(written=written, refused=refused))
    return PARTLY if refused else 0
