"""`cminbox backup`: copy the database safely while it is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.text import safe
from cminbox.i18n import N_, _
from cminbox.inbox import care

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Copy the database safely while it is in use")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("file", metavar=_("FILE"), help=_("where the copy goes"))
    parser.add_argument("--force", action="store_true", help=_("replace a file that is there already"))


def run(context: Context) -> int:
    """Make the copy, which was checked when it is there."""
    file = context.arguments.file
    size = care.back_up(context.workspace, file, replace=context.arguments.force)
    context.out.line(_("{file}: {kilobytes} kB, checked").format(file=safe(file), kilobytes=-(-size // 1024)))
    return 0
