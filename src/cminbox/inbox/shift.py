"""What there is to say when nothing waits: what this agent handled in the shift, how fast, and what comes back next."""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING

from cminbox.domain.conversation import Target
from cminbox.domain.value import dataclass
from cminbox.inbox.reporting import shift_start
from cminbox.store.shifts import handled_since, next_snoozed

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.inbox.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing waits. `median` is the time to an answer in milliseconds; `next_snoozed` UTC milliseconds."""

    handled: int
    median: int | None
    next_snoozed: int | None


def rest(workspace: Workspace, stopped: Callable[[], bool]) -> Rest:
    """Return the figures of this agent's shift; may take a while. `stopped` says that nobody waits for them."""
    since, now, agent = shift_start(workspace), workspace.now(), workspace.agent.name
    waits = workspace.figures.waits(since, now + 1, now=now, stopped=stopped)
    taken = [
        wait.elapsed
        for wait in waits
        if wait.fulfilled_at is not None and wait.agent == agent and wait.target is not Target.RESOLUTION
    ]
    return Rest(
        handled_since(workspace.database, agent, since),
        median_low(taken) if taken else None,
        next_snoozed(workspace.database),
    )
