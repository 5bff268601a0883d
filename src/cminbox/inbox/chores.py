"""What the syncing process does for the database from time to time: backups, purging, a journal that stays small."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem
from cminbox.inbox.backing_up import back_up_when_due
from cminbox.store.database import WAL_BYTES
from cminbox.store.retention import is_due, purge
from cminbox.store.upkeep import shrink_journal

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

_LOG = logging.getLogger(__name__)
JOURNAL_MILLISECONDS = 5_000
LOOK_MILLISECONDS = 60_000
AGAIN_MILLISECONDS = 3600 * 1000
"""How long it is until a backup that could not be made is tried again."""


class Chores:
    """Begins what is due and lets it run beside everything else; `finish` waits for it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._running: asyncio.Task[None] | None = None
        self._journal_at = self._backup_at = self._purge_at = 0

    def tend(self) -> None:
        """Begin what is due. Call it every second or so; costs nothing most of the time."""
        now = self._workspace.now()
        if self._running is not None and not self._running.done():
            return
        due = [not 0 < at - now <= AGAIN_MILLISECONDS for at in (self._journal_at, self._backup_at, self._purge_at)]
        if any(due):
            journal, backup, purge = due
            work = self._work(now, journal=journal, backup=backup, purge=purge)
            self._running = asyncio.create_task(work, name="chores")

    async def finish(self) -> None:
        """Wait for what has begun: a backup is not left half made."""
        if self._running is not None:
            await self._running

    async def _work(self, now: int, *, journal: bool, backup: bool, purge: bool) -> None:
        try:
            if purge:
                self._purge_at = now + LOOK_MILLISECONDS
                await asyncio.to_thread(self._let_go, now)
            if journal:
                self._journal_at = now + JOURNAL_MILLISECONDS
                await asyncio.to_thread(shrink_journal, self._workspace.database.path, WAL_BYTES)
            if backup:
                self._backup_at = now + AGAIN_MILLISECONDS
                await asyncio.to_thread(back_up_when_due, self._workspace, now)
                self._backup_at = now + LOOK_MILLISECONDS
        except (Problem, OSError) as problem:
            _LOG.warning("%s", problem)

    def _let_go(self, now: int) -> None:
        database = self._workspace.database
        more = is_due(database, now)
        while more:
            more = purge(database, now)
