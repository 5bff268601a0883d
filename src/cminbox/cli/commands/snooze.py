"""`cminbox snooze`: take conversations out of the queue until a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import moments
from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _
from cminbox.inbox.moments import parse_moment

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Take conversations out of the queue until a time")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("ids", type=positive, nargs="+", metavar="ID", help=_("a conversation, as in cminbox queue"))
    parser.add_argument(
        "--until",
        "--for",
        dest="until",
        required=True,
        metavar=_("WHEN"),
        help=_("2h or 1d from now, the time 14:30, the day 2026-11-23, or both as 2026-11-23T08:00"),
    )


def run(context: Context) -> int:
    """Snooze the conversations."""
    until = parse_moment(context.arguments.until, context.workspace.now())
    context.acting.snooze(context.arguments.ids, until)
    for one in context.arguments.ids:
        context.out.line(_("Conversation {id} is back at {moment}.").format(id=one, moment=moments.shown(until)))
    return 0
