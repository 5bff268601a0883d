"""`cminbox sla`: the response times that are set, or arithmetic on business hours for programs."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from cminbox.cli import policy_words
from cminbox.domain.text import row as one_row
from cminbox.i18n import N_, _, render
from cminbox.inbox.arithmetic import answers
from cminbox.inbox.response_times import remarks

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping

    from cminbox.cli.context import Context

HELP = N_("Say which response times are set, or answer questions about business hours")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--jsonl",
        action="store_true",
        help=_("read one question as JSON per line from standard input and answer each with a line"),
    )
    how.add_argument("--json", action="store_true", help=_("print one JSON object per policy"))


def run(context: Context) -> int:
    """Print the policies in their order; with --jsonl answer every line at once."""
    if context.arguments.jsonl:
        return _converse(context)
    sla = context.workplace.settings.sla
    if context.arguments.json:
        for policy in sla.policies:
            context.out.json(policy)
        return 0
    for line in policy_words.hours(sla.schedule) if sla.schedule is not None else ():
        context.out.line(line)
    context.out.line(_("Policies, the first that fits a conversation holds for it:"))
    for number, policy in enumerate(sla.policies, 1):
        context.out.line(f"  {number}. {_policy(policy, sla.schedule)}")
    for remark in remarks(context.workplace, time.time_ns() // 1_000_000):
        context.out.line()
        context.out.line(render(remark))
    return 0


def _converse(context: Context) -> int:
    for answer in answers(sys.stdin.buffer):
        what = {"result": answer.result} if answer.error is None else {"error": render(answer.error)}
        context.out.json({"id": answer.id} | what)
        context.out.flush()
    return 0


def _policy(policy: Mapping[str, Any], schedule: Mapping[str, Any] | None) -> str:
    parts = [one_row(policy["name"]), policy_words.fits(policy), policy_words.targets(policy)]
    own = policy["schedule"]
    if own is None and schedule is not None:
        parts.append(_("around the clock"))
    elif own is not None and own != schedule:
        parts.append(_("hours of its own in {zone}").format(zone=one_row(own["tz"])))
    return "  ".join(parts)
