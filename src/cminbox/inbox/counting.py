"""How much waits, in a few numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.inbox.workspace import Workspace


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
        counts.at_risk,
        {kind.value: count for kind, count in counts.kinds.items()},
        {account.name: counts.accounts.get(account.id, 0) for account in workspace.accounts.all()},
        {status.value: count for status, count in counts.statuses.items()},
    )
