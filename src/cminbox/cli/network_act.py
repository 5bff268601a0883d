"""What the commands have in common that ask a network for something other than a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import waiting
from cminbox.cli.numbers import positive
from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.i18n import _, render

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.domain.network import Capability


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of such a command."""
    parser.add_argument("id", type=positive, metavar="ID", help=_("the conversation, as in cminbox queue"))
    waiting.add_arguments(parser, _("wait until the network has done or refused it"))


def run(context: Context, capability: Capability, detail: str = "") -> int:
    """Ask the network; with --wait 0 only when it was done. Raises Problem where the network offers no such thing."""
    act_id = context.acting.ask_network(context.arguments.id, capability, detail)
    if not context.arguments.wait:
        context.out.line(_("Asked of the network for conversation {id}.").format(id=context.arguments.id))
        return 0
    from cminbox.inbox.awaiting import outcome_of_act  # noqa: PLC0415 - only for those who wait

    state, reason = outcome_of_act(context.workspace, act_id, patience=context.arguments.timeout, tell=waiting.tell)
    if state != "done":
        why = "" if reason is None else render(reason)
        raise Problem(say("The network refused it: {why}", why=why))
    context.out.line(_("Done by the network for conversation {id}.").format(id=context.arguments.id))
    return 0
