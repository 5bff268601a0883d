"""`cminbox assign`: give a conversation to an agent."""

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

HELP = N_("Give a conversation to an agent, yourself by default")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("id", type=positive, metavar="ID", help=_("the conversation, as in cminbox queue"))
    parser.add_argument("agent", nargs="?", metavar=_("AGENT"), help=_("who takes it; you by default"))
    parser.add_argument("--nobody", action="store_true", help=_("take it from whoever has it"))


def run(context: Context) -> int:
    """Assign the conversation. Raises UsageProblem for two answers, or none, to whom."""
    asked = context.arguments
    if asked.nobody and asked.agent is not None:
        raise UsageProblem(say("Name an agent or say --nobody, not both"))
    agent = None if asked.nobody else (asked.agent or context.workplace.agent).strip()
    if agent == "":
        raise UsageProblem(say("An agent needs a name; --nobody takes the conversation from whoever has it"))
    context.acting.assign([asked.id], agent)
    said = _("Conversation {id} belongs to nobody.") if agent is None else _("Conversation {id} belongs to {agent}.")
    context.out.line(said.format(id=asked.id, agent=row(agent or "")))
    return 0
