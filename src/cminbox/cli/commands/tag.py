"""`cminbox tag`: add and remove the tags of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli.numbers import positive
from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import row
from cminbox.i18n import N_, _

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Add and remove tags")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="ID", help=_("the conversation, as in cminbox queue"))
    parser.add_argument("tags", nargs="*", metavar=_("TAG"), help=_("a tag to add"))
    parser.add_argument("--remove", action="append", default=[], metavar=_("TAG"), help=_("a tag to remove"))


def run(context: Context) -> int:
    """Change the tags and print those that are left. Raises UsageProblem without a tag."""
    asked = context.arguments
    if not asked.tags and not asked.remove:
        raise UsageProblem(say("Name a tag to add, or one to --remove"))
    context.acting.tag([asked.id], add=asked.tags, remove=asked.remove)
    tags = context.reading.show(asked.id, limit=1).row.tags
    shown = " ".join(f"#{row(tag)}" for tag in tags) or _("no tag")
    context.out.line(_("Conversation {id}: {tags}").format(id=asked.id, tags=shown))
    return 0
