"""`cminbox erase`: forget a person's words and names; figures stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import given
from cminbox.domain.problem import Problem, UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.text import row
from cminbox.i18n import N_, _
from cminbox.inbox import care

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context

HELP = N_("Forget a person's words and names for good; figures stay")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("person", metavar=_("PERSON"), help=_("the handle, with or without @, or the network's id"))
    parser.add_argument("--network", metavar=_("NETWORK"), help=_("on which network, where several fit"))
    parser.add_argument("--yes", action="store_true", help=_("do not ask; needed where there is no terminal"))


def run(context: Context) -> int:
    """Erase after a typed confirmation; it cannot be undone."""
    asked = context.arguments
    people = care.find_person(context.workspace, asked.person, asked.network)
    if not asked.yes:
        _confirm(context, people[0].handle, people[0].network)
    done = care.erase(context.workspace, people)
    said = _("Forgotten: {messages} messages, {replies} replies, {notes} notes.")
    context.out.line(said.format(messages=done.messages, replies=done.replies, notes=done.notes))
    if done.remains:
        context.out.line(_("Parts stay in the database's journal until every other cminbox here has ended."))
    context.out.line(_("Copies in backups, exports and on the network itself are not touched."))
    return 0


def _confirm(context: Context, handle: str, network: str) -> None:
    if not context.interactive:
        raise UsageProblem(say("This cannot be undone; say --yes"))
    shown = row(handle)
    question = _("This cannot be undone. Type {handle} to forget @{handle} on {network}:")
    if given.ask(question.format(handle=shown, network=network)) != shown:
        raise Problem(say("Nothing was erased"))
