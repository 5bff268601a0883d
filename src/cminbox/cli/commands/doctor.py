"""`cminbox doctor`: what may be wrong with the workspace, each finding with its mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.i18n import N_, _, ngettext, render
from cminbox.inbox.doctor import Finding, Weight, examine, versions

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from cminbox.cli.context import Context
    from cminbox.inbox.care import Rescued

HELP = N_("Look for what may be wrong, and say the mend")
_MARKS = {Weight.OK: "  ", Weight.NOTE: "- ", Weight.WRONG: "! "}


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line"))
    parser.add_argument(
        "--rescue",
        action="store_true",
        help=_("keep a damaged database aside, and work on with a backup and what can still be read of it"),
    )


def run(context: Context) -> int:
    """Print each finding; 1 when something is wrong."""
    if context.arguments.rescue:
        return _rescue(context)
    out, wrong = context.out, 0
    known = versions()
    if context.arguments.json:
        out.json({"topic": "versions", "weight": "ok", **known})
    else:
        out.line("  " + ", ".join(f"{name} {value}" for name, value in known.items()))
    for finding in (*examine(context.workplace), *_keys(context)):
        wrong += finding.weight is Weight.WRONG
        said = render(finding.saying)
        if context.arguments.json:
            out.json({"topic": finding.topic, "weight": finding.weight.value, "text": said})
        else:
            out.line(_MARKS[finding.weight] + said)
    if not context.arguments.json:
        found = ngettext("{count} problem found.", "{count} problems found.", wrong).format(count=wrong)
        out.line(found if wrong else _("Nothing is wrong."))
    return 1 if wrong else 0


def _keys(context: Context) -> Iterator[Finding]:
    """Look at the keys of a person's own; settings that cannot be read are a finding of their own."""
    if context.check_keys is None:
        return
    try:
        own = context.workplace.settings.keys
    except Problem:
        return
    faults = context.check_keys(own)
    for fault in faults:
        yield Finding("keys", Weight.WRONG, fault)
    if own and not faults:
        yield Finding("keys", Weight.OK, say("Every key of your own means one thing"))


def _rescue(context: Context) -> int:
    from cminbox.inbox import care  # noqa: PLC0415 - once in a lifetime

    done = care.rescue(context.workplace)
    if context.arguments.json:
        context.out.json(
            {
                "topic": "rescue",
                "aside": str(done.aside),
                "backup": None if done.backup is None else str(done.backup),
                "texts": None if done.texts is None else str(done.texts),
                "whole": done.whole,
                "rows": dict(done.rows),
                "in_doubt": done.doubtful,
            }
        )
        return 0
    for line in _said(done):
        context.out.line(line)
    return 0


def _said(done: Rescued) -> Iterator[str]:
    yield _("The damaged database is kept: {file}").format(file=safe(str(done.aside)))
    if done.backup is None:
        yield _("There is no backup; a new database was made.")
    else:
        yield _("The backup {file} has taken its place.").format(file=safe(str(done.backup)))
    yield _("Read from the damaged one: {messages} messages, {replies} replies and drafts, {notes} notes.").format(
        messages=done.rows.get("messages", 0), replies=done.rows.get("replies", 0), notes=done.rows.get("notes", 0)
    )
    if not done.whole:
        yield _("Not all of it could be read. What the networks still have comes with the next sync.")
    if done.texts is not None:
        yield _("Words that have lost their conversation: {file}").format(file=safe(str(done.texts)))
    if done.doubtful:
        yield ngettext(
            "{count} reply was on its way and may have been sent; see cminbox outbox list",
            "{count} replies were on their way and may have been sent; see cminbox outbox list",
            done.doubtful,
        ).format(count=done.doubtful)
