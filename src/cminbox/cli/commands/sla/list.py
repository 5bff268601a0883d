"""`cminbox sla`: the response-time targets in force, or arithmetic on them for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cminbox.i18n import N_, _, render
from cminbox.inbox.arithmetic import answers

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Answer questions about business hours and response times")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "--jsonl",
        action="store_true",
        required=True,
        help=_("read one question as JSON per line from standard input and answer each with a line"),
    )


def run(context: Context) -> int:
    """Answer every line, each at once."""
    for answer in answers(sys.stdin.buffer):
        what = {"result": answer.result} if answer.error is None else {"error": render(answer.error)}
        context.out.json({"id": answer.id} | what)
        context.out.flush()
    return 0
