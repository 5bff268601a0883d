"""`cminbox canned coverage`: how much of what customers write the library answers, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.cli.numbers import positive
from cminbox.domain.text import first_line, row
from cminbox.i18n import N_, _, ngettext
from cminbox.inbox.moments import parse_past
from cminbox.inbox.plain import instant

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.inbox.canned_coverage import Coverage, Unanswered

HELP = N_("Say how much of what customers write the canned replies answer, and what is missing")
_NAMED = 3
"""So many conversations are named as examples in the command that is proposed."""


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--since", default="30d", metavar=_("WHEN"), help=_("look so far back: 7d, 2026-11-01; 30d"))
    parser.add_argument("--groups", type=positive, default=10, metavar="N", help=_("show at most N groups; 10"))
    parser.add_argument("--json", action="store_true", help=_("print the share, then one JSON object per group"))


def run(context: Context) -> int:
    """Print the share of messages that are answered, then the groups of those that are not, the largest first."""
    from cminbox.inbox.canned_coverage import coverage  # noqa: PLC0415 - loads the engine

    since = parse_past(context.arguments.since, context.workspace.now())
    found = coverage(context.workspace, since, groups_shown=context.arguments.groups)
    if context.arguments.json:
        context.out.json(_summary(found, since))
        for one in found.unanswered:
            context.out.json(_form(one))
        return 0
    _print(context, found)
    return 0


def _print(context: Context, found: Coverage) -> None:
    if found.share is None:
        context.out.line(_("Nobody has written in this time."))
        return
    said = ngettext(
        "{covered} of {count} message has a reply that fits surely: {share} %",
        "{covered} of {count} messages have a reply that fits surely: {share} %",
        found.messages,
    )
    context.out.line(said.format(covered=found.covered, count=found.messages, share=round(100 * found.share)))
    if found.capped:
        context.out.line(_("There were more messages; the newest were looked at."))
    for one in found.unanswered:
        context.out.line()
        context.out.line(_title(one))
        for sample in one.samples:
            context.out.line(f"   {first_line(sample, 110)}")
        context.out.line(_("   Write one: {command}").format(command=_command(one)))


def _title(one: Unanswered) -> str:
    said = ngettext("{count} message asks the same", "{count} messages ask the same", one.count)
    title = said.format(count=one.count)
    if one.nearest is None:
        return title
    near = _("nearest: {reply}, {score} %").format(reply=row(one.nearest.key), score=round(100 * one.nearest.score))
    return f"{title} ({near})"


def _command(one: Unanswered) -> str:
    """Return what to type, of nothing but words of ours and numbers."""
    examples = " ".join(f"--from {number}" for number in one.conversations[:_NAMED])
    return f"cminbox canned add {one.name} {examples} --text-file -"


def _summary(found: Coverage, since: int) -> dict[str, Any]:
    return {
        "since": instant(since),
        "messages": found.messages,
        "covered": found.covered,
        "share": None if found.share is None else round(found.share, 4),
        "capped": found.capped,
        "groups": len(found.unanswered),
    }


def _form(one: Unanswered) -> dict[str, Any]:
    near = one.nearest
    return {
        "count": one.count,
        "conversations": list(one.conversations),
        "samples": list(one.samples),
        "lang": one.lang,
        "nearest": None if near is None else {"reply": near.key, "score": round(near.score, 4)},
        "proposal": _command(one),
    }
