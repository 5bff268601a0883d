"""`cminbox sync`: fetch and send without a screen, once or as a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import forms
from cminbox.cli.words import word
from cminbox.domain.text import row
from cminbox.i18n import N_, _, render
from cminbox.inbox.syncing import run_once, run_watch

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.inbox.syncing import AccountOutcome, SyncReport

HELP = N_("Fetch and send without a screen, once or as a service")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help=_("bring everything up to date and end; this is the default"))
    how.add_argument("--watch", action="store_true", help=_("go on until stopped: the service"))
    parser.add_argument(
        "--while-needed", action="store_true", help=_("with --watch: end when the last screen has closed")
    )
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per line"))


def run(context: Context) -> int:
    """Sync; 0 when every account is up to date and nothing was refused, else 1."""
    if context.arguments.watch:
        run_watch(context.workspace, while_needed=context.arguments.while_needed)
        return 0
    report = run_once(context.workspace)
    if context.arguments.json:
        for one in report.accounts:
            context.out.json({"type": "account", **_account(one)})
        context.out.json({"type": "done", **_summary(report)})
    else:
        _say(context, report)
    return 0 if report.ok else 1


def _account(one: AccountOutcome) -> dict[str, object]:
    return {
        "account": one.account,
        "network": one.network,
        "state": one.state.value,
        "complete": one.complete,
        "reason": None if one.reason is None else render(one.reason),
        "retry_at": forms.instant(one.retry_at),
        "new": one.new,
        "changed": one.changed,
        "skipped": [render(why) for why in one.skipped],
    }


def _summary(report: SyncReport) -> dict[str, object]:
    return {
        "ok": report.ok,
        "sent": report.sent,
        "refused": report.refused,
        "unknown": report.unknown,
        "acts_done": report.acts_done,
        "acts_refused": report.acts_refused,
        "waiting": report.waiting,
        "done_by": report.done_by,
    }


def _say(context: Context, report: SyncReport) -> None:
    out = context.out
    if report.done_by is not None:
        out.line(_("Done by {process}.").format(process=report.done_by))
    for one in report.accounts:
        pattern = _("{account}: up to date, {new} new, {changed} changed") if one.complete else "{account}: {reason}"
        reason = render(one.reason) if one.reason is not None else word(one.state)
        out.line(pattern.format(account=row(one.account), new=one.new, changed=one.changed, reason=reason))
        for why in one.skipped:
            out.line("  " + render(why))
    outcomes = (
        (report.sent, _("sent: {count}")),
        (report.refused, _("refused: {count}")),
        (report.unknown, _("outcome unknown: {count}")),
        (report.acts_done, _("other acts done: {count}")),
        (report.acts_refused, _("other acts refused: {count}")),
        (report.waiting, _("still on their way: {count}")),
    )
    said = ", ".join(text.format(count=count) for count, text in outcomes if count)
    if said:
        out.line(said)
    if not report.accounts and report.done_by is None:
        out.line(_("No account is connected; see cminbox accounts add."))
