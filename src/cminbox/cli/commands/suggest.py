"""`cminbox suggest`: suggestions for another program, one JSON object per line in and out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.i18n import N_, _, render

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Suggest canned replies to another program, over JSON Lines")
PARTLY = 3


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "--jsonl",
        action="store_true",
        required=True,
        help=_("read load, suggest and picked from standard input, one JSON object per line, and answer each"),
    )


def run(context: Context) -> int:
    """Answer line by line until the input ends; 3 when there was one that could not be answered."""
    from cminbox.inbox.suggesting import Suggesting  # noqa: PLC0415 - help needs no engine

    suggesting = Suggesting()
    refused = False
    for line in sys.stdin.buffer:
        try:
            context.out.json(suggesting.answer(line))
        except Problem as problem:
            refused = True
            context.out.json({"error": render(problem.saying)})
        context.out.flush()
    return PARTLY if refused else 0
