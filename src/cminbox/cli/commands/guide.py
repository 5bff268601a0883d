"""`cminbox guide`: the documentation, for people who have no browser."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from cminbox.domain.problem import NotFound
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_, _, render
from cminbox.inbox import guiding

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Read the guide; without a topic, list the topics")
_PAGER = "less -FR"


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("topic", nargs="?", metavar=_("TOPIC"), help=_("what to read about"))


def run(context: Context) -> int:
    """Print a topic, through the pager at a terminal. Raises NotFound for a topic that is none."""
    wanted = context.arguments.topic
    if wanted is None:
        context.out.table([(topic.name, topic.title) for topic in guiding.topics(render)])
        return 0
    text = guiding.read(wanted, render)
    if text is None:
        names = ", ".join(topic.name for topic in guiding.topics(render))
        raise NotFound(say("There is no topic {topic}; there are: {names}", topic=safe(wanted, limit=60), names=names))
    if not (context.interactive and _paged(text)):
        context.out.line(text.rstrip())
    return 0


def _paged(text: str) -> bool:
    """Show a text in the person's pager; False when there is none."""
    pager = shlex.split(os.environ.get("PAGER") or _PAGER)
    try:
        subprocess.run(pager, input=text.encode(), check=False)  # noqa: S603 - the pager that the person chose
    except (OSError, ValueError):
        return False
    return True
