"""How much waits, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.inbox.clock import clock_of
from cminbox.sla.defaults import RESPONSE_SECONDS
from cminbox.sla.stages import URGENT_SHARE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.inbox.workspace import Workspace

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """How many conversations wait, are late, or will be soon; and by kind, account and status."""

    queue: int
    late: int
    at_risk: int
    kinds: Mapping[str, int]
    accounts: Mapping[str, int]
    statuses: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return them as plain values."""
        return {
            "queue": self.queue,
            "late": self.late,
            "at_risk": self.at_risk,
            "kinds": dict(self.kinds),
            "accounts": dict(self.accounts),
            "statuses": dict(self.statuses),
        }


def figures(workspace: Workspace) -> Figures:
    """Return the figures of a workspace at this moment."""
    counts = workspace.queue.counts(now=workspace.now())
    return Figures(
        counts.queue,
        counts.late,
        _at_risk(workspace),
        {kind.value: count for kind, count in counts.kinds.items()},
        {account.name: counts.accounts.get(account.id, 0) for account in workspace.accounts.all()},
        {status.value: count for status, count in counts.statuses.items()},
    )


def _at_risk(workspace: Workspace) -> int:
    """Count along the queue up to the last place at which a clock can be urgent."""
    now = workspace.now()
    horizon = now + round((1 - URGENT_SHARE) * max(RESPONSE_SECONDS.values()) * 1000)
    count = 0
    page = workspace.queue.page(limit=_PAGE, now=now)
    while page:
        clocks = [clock_of(placed.row, now) for placed in page]
        count += sum(clock is not None and clock.at_risk for clock in clocks)
        last = clocks[-1]
        if last is None or last.due > horizon or len(page) < _PAGE:
            break
        page = workspace.queue.page(after=page[-1].place, limit=_PAGE, now=now)
    return count
