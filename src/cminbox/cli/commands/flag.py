"""`cminbox flag`: put a flag on conversations, for oneself and the team to find again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Put a flag on conversations, or take it off")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("ids", type=positive, nargs="+", metavar="ID", help=_("a conversation, as in cminbox queue"))
    parser.add_argument("--remove", action="store_true", help=_("take the flag off"))


def run(context: Context) -> int:
    """Put the flags on, or take them off."""
    flagged = not context.arguments.remove
    context.acting.flag(context.arguments.ids, flagged=flagged)
    said = _("Conversation {id} has a flag.") if flagged else _("Conversation {id} has no flag.")
    for one in context.arguments.ids:
        context.out.line(said.format(id=one))
    return 0
