"""`cminbox sla holidays`: every date that is closed, listed before public holidays take effect."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cminbox.domain.text import row as one_row
from cminbox.i18n import N_, _, ngettext
from cminbox.inbox import response_times

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from cminbox.cli.context import Context
    from cminbox.inbox.response_times import Holidays

HELP = N_("List every holiday, and take over public ones")


def arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("--country", metavar="CC", help=_("public holidays of another country, to look at: FR, DE ..."))
    parser.add_argument("--region", metavar=_("REGION"), help=_("a region of that country"))
    parser.add_argument("--accept", action="store_true", help=_("let the public holidays of the settings take effect"))
    parser.add_argument("--json", action="store_true", help=_("print one JSON object per date"))


def run(context: Context) -> int:
    """List the dates; with --accept take the public ones over first."""
    asked, where = context.arguments, context.workplace
    now = time.time_ns() // 1_000_000
    if asked.accept:
        response_times.accept_holidays(where, now)
        # The settings that were read before know nothing of it.
        where.__dict__.pop("settings", None)
    found = response_times.holidays(where, asked.country, asked.region, now)
    if asked.json:
        for one in [*found.own, *found.public]:
            in_force = found.in_force or not one.source
            context.out.json({"day": one.day, "name": one.name, "source": one.source, "in_force": in_force})
        return 0
    context.out.table(
        [
            (one.day, one_row(one.name) or _("(in the settings)"), one_row(one.source))
            for one in [*found.own, *found.public]
        ]
    )
    context.out.line(_ending(found))
    return 0


def _ending(found: Holidays) -> str:
    if not found.own and not found.public:
        return _("No holidays are set.")
    if found.public and not found.in_force:
        return _("The public ones are not in force. With --accept those that the settings name take effect.")
    count = len(found.own) + len(found.public)
    return ngettext("{count} holiday is in force.", "{count} holidays are in force.", count).format(count=count)
