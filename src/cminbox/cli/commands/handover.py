"""`cminbox handover`: what the next shift has to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.i18n import N_, render

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Say what the next shift has to know")


def arguments(parser: ArgumentParser) -> None:
    """Add nothing: the note needs no argument."""
    del parser


def run(context: Context) -> int:
    """Print the note."""
    for line in context.reading.handover():
        context.out.line(render(line))
    return 0
