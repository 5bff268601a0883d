"""`cminbox undo`: put back what your last act changed, or take a reply back before it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Undo your last act, or take a reply back before it leaves")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "--reply", type=positive, metavar="REPLY", help=_("make this reply a draft again, by its number")
    )


def run(context: Context) -> int:
    """Undo, and say which conversations are as they were."""
    if context.arguments.reply is not None:
        draft = context.acting.take_back(context.arguments.reply)
        said = _("Reply {id} is a draft again, in conversation {conversation}.")
        context.out.line(said.format(id=draft.id, conversation=draft.conversation_id))
        return 0
    for one in context.acting.undo():
        context.out.line(_("Conversation {id} is as it was.").format(id=one))
    return 0
