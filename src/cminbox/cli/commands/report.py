"""`cminbox report`: the figures of response times, and the conversations behind each."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from cminbox.cli import moments, report_forms
from cminbox.domain.conversation import Target
from cminbox.i18n import N_, _, ngettext
from cminbox.inbox.moments import parse_past
from cminbox.inbox.reporting import DIMENSIONS, Asked, Verdict, expected, report

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.inbox.reporting import Forecast, Report

HELP = N_("Print how many answers came in time, and how long they took")
_DEFAULT = "30d"
_HOURS = 24


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument(
        "--since", default=_DEFAULT, metavar=_("WHEN"), help=_("from when on: 7d, 2026-11-01; else 30d")
    )
    parser.add_argument("--until", metavar=_("WHEN"), help=_("until when, else now"))
    for name in DIMENSIONS:
        parser.add_argument(f"--{name}", metavar=_("NAME"), help=_(_ONLY[name]))
    parser.add_argument("--target", choices=[target.value for target in Target], help=_("only this clock"))
    parser.add_argument("--verdict", choices=[one.value for one in Verdict], help=_("only what ended, or stands, so"))
    parser.add_argument("--weekday", choices=report_forms.DAYS, help=_("only what began on this day of the week"))
    parser.add_argument("--hour", type=_hour, metavar="H", help=_("only what began in this hour of the day, 0 to 23"))
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--ids", action="store_true", help=_("print the conversations behind the figures, one per line"))
    how.add_argument("--json", action="store_true", help=_("print all figures as one JSON object"))
    how.add_argument("--csv", action="store_true", help=_("print all figures as a table for a spreadsheet"))


def run(context: Context) -> int:
    """Print the figures, or the conversations behind them."""
    asked = _asked(context)
    found = report(context.workspace, asked)
    out = context.out
    if context.arguments.ids:
        for number in found.conversations():
            out.line(str(number))
    elif context.arguments.csv:
        out.csv(report_forms.table(found))
    elif context.arguments.json:
        out.json(report_forms.report(found, expected(context.workspace)))
    else:
        _print(context, found, expected(context.workspace))
    return 0


def _print(context: Context, found: Report, ahead: Forecast) -> None:
    out = context.out
    if not found.waits:
        out.line(_("Nobody began to wait in that time."))
    else:
        rows: list[list[str]] = []
        for row in report_forms.page(found):
            if len(row) == 1:
                out.line(row[0])
            elif row:
                rows.append(list(row))
            else:
                out.table(rows)
                out.line()
                rows = []
        for line in report_forms.heat(found):
            out.line(line)
        out.line()
    out.line(_ahead(ahead))


def _ahead(ahead: Forecast) -> str:
    until = moments.shown(ahead.ends_at)
    if ahead.per_hour is None:
        return ngettext(
            "{count} more conversation will be late by {moment} if nobody answers.",
            "{count} more conversations will be late by {moment} if nobody answers.",
            ahead.late,
        ).format(count=ahead.late, moment=until)
    return ngettext(
        "{count} more conversation will be late by {moment} at the present pace of {pace} answers an hour.",
        "{count} more conversations will be late by {moment} at the present pace of {pace} answers an hour.",
        ahead.late,
    ).format(count=ahead.late, moment=until, pace=f"{ahead.per_hour:.3g}")


def _asked(context: Context) -> Asked:
    given, now = context.arguments, context.workspace.now()
    only = {name: getattr(given, name) for name in DIMENSIONS if getattr(given, name) is not None}
    return Asked(
        parse_past(given.since, now),
        now + 1 if given.until is None else parse_past(given.until, now),
        only,
        None if given.target is None else Target(given.target),
        None if given.verdict is None else Verdict(given.verdict),
        None if given.weekday is None else report_forms.DAYS.index(given.weekday),
        given.hour,
    )


def _hour(word: str) -> int:
    if word.isascii() and word.isdecimal() and len(word) <= len("23") and int(word) < _HOURS:
        return int(word)
    raise ArgumentTypeError(_("“{word}” is no hour from 0 to 23").format(word=word))


_ONLY = {
    "network": N_("only this network"),
    "account": N_("only this account"),
    "kind": N_("only this kind of conversation"),
    "agent": N_("only what this agent answered or has to"),
    "policy": N_("only what this policy holds for"),
}
