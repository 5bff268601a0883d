"""`cminbox note`: add an internal note, which no network ever sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import given
from cminbox.cli.numbers import positive
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Add an internal note, which no network ever sees")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="ID", help=_("the conversation, as in cminbox queue"))
    where = given.add_text_arguments(parser)
    where.add_argument("words", nargs="?", metavar=_("TEXT"), help=_("the note"))


def run(context: Context) -> int:
    """Add the note."""
    text = given.text_of(context.arguments)
    context.acting.note(context.arguments.id, context.arguments.words if text is None else text)
    context.out.line(_("Noted in conversation {id}.").format(id=context.arguments.id))
    return 0
