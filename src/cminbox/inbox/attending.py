"""The syncing that a screen brings along: started when nobody does it, and what to say while nobody can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.domain.saying import say
from cminbox.inbox.syncing import Attendance, can_sync, who_syncs

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying
    from cminbox.inbox.workspace import Workspace

PATIENCE_MS = 15_000
"""How long a child may take to begin before the screen says that nobody syncs."""


class Attending:
    """One screen's presence. Ask `state` every few seconds; each call makes sure that somebody syncs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._attendance: Attendance | None = None
        self._alone_since: int | None = None

    def start(self) -> None:
        """Be present from now on, and start the process that syncs where none runs."""
        self.state()

    def state(self) -> Saying | None:
        """Return None while somebody syncs or nothing has to, else one sentence with what to do about it."""
        if not self._workspace.accounts.connected():
            return None
        try:
            synced = self._ensure()
        except Problem as problem:
            return problem.saying
        now = self._workspace.now()
        if synced:
            self._alone_since = None
            return None
        if not can_sync(self._workspace):
            return say("Nobody fetches and sends: whoever may read the secrets starts cminbox sync --watch")
        if self._alone_since is None:
            self._alone_since = now
        if now - self._alone_since < PATIENCE_MS:
            return None
        return say("Nobody fetches and sends; see cminbox doctor")

    def close(self, *, with_child: bool = False) -> None:
        """Leave; `with_child` ends the process that was started here as well. Closing twice is fine."""
        if self._attendance is not None:
            self._attendance.close(with_child=with_child)
            self._attendance = None

    def _ensure(self) -> bool:
        if self._attendance is None:
            if not can_sync(self._workspace):
                return who_syncs(self._workspace) is not None
            self._attendance = Attendance(self._workspace)
        return self._attendance.ensure() is not None
