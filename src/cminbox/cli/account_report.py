"""What is said of an account that was connected or checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.cli import forms, moments
from cminbox.domain.text import safe
from cminbox.i18n import _, render

if TYPE_CHECKING:
    from cminbox.cli.context import Context
    from cminbox.inbox.connecting import Connected


def say_connected(context: Context, connected: Connected) -> None:
    """Print who an account is, what it may not do, and what its network remarks."""
    account, report = connected.account, connected.report
    if context.arguments.json:
        context.out.json(
            forms.account(account)
            | {
                "me": forms.person(report.me),
                "missing_scopes": list(report.missing_scopes),
                "expires_at": forms.instant(report.expires_at),
                "api_version": None if account.manifest is None else account.manifest.api_version,
                "api_ends": None if account.manifest is None else account.manifest.api_ends,
                "remarks": [render(remark) for remark in report.remarks],
            }
        )
        return
    out = context.out
    said = _("{account}: connected to {network} as @{handle}")
    out.line(said.format(account=account.name, network=account.network, handle=safe(report.me.handle, limit=200)))
    if report.expires_at is not None:
        out.line(_("The credentials end on {moment}.").format(moment=moments.shown(report.expires_at)))
    if account.manifest is not None:
        version, ends = safe(account.manifest.api_version), account.manifest.api_ends
        announced = _("Version of its interface: {version}; it ends on {day}.")
        unknown = _("Version of its interface: {version}; no end of it is announced.")
        out.line((unknown if ends is None else announced).format(version=version, day=ends))
    reason = forms.reason(account.health.reason)
    for line in (*([reason] if reason else []), *map(render, report.remarks)):
        out.line(line)
