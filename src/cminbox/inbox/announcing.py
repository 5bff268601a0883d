"""Announcing stages: the syncing process does it, for everybody, each stage of each wait once.

What was announced is a row that screens can read; a command of the settings is told as well, with the conversation as
JSON on its standard input. It is started as a list of words, never through a shell, and ended when it takes too long.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

from cminbox.domain.value import dataclass
from cminbox.inbox.plain import instant, queue_row
from cminbox.store import telling
from cminbox.store.notices import Announced, Notices

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

__all__ = ["Announced", "Announcer"]

_LOG = logging.getLogger(__name__)
AT_ONCE = 4
"""How many commands are told at the same time; of one conversation only one stage at a time."""
_GRACE_SECONDS = 2.0
"""So long after its own alarm a command is killed that has disarmed it."""
_LARGEST_LOG = 1024 * 1024
_WAIT = 0.05
_BUSY_SECONDS = 0.2
"""How long of each second there may be announced: after a long pause there is much."""


@dataclass(slots=True)
class _Told:
    """A command that is being told."""

    announced: Announced
    process: subprocess.Popen[bytes]
    until: float


class Announcer:
    """Announces stages and tells the command of the settings. Call `tend` every second, from one process only."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._notices = Notices(workspace.database)
        self._running: list[_Told] = []

    @property
    def _command(self) -> tuple[str, ...]:
        return self._workspace.settings.sla.on_stage

    @property
    def _limit(self) -> int:
        return self._workspace.settings.sla.on_stage_limit

    @property
    def busy(self) -> bool:
        """Whether a command is being told."""
        return bool(self._running)

    async def tend(self) -> None:
        """Announce what has been reached, and go on telling the command."""
        await asyncio.to_thread(self._announce)
        if self._command:
            await asyncio.to_thread(self._tell)

    async def drain(self, seconds: float) -> None:
        """Tell the command all that it has to be told, at most for so long."""
        until = time.monotonic() + seconds
        await self.tend()
        while self._running and time.monotonic() < until:
            await asyncio.sleep(_WAIT)
            await self.tend()

    def _announce(self) -> None:
        until = time.monotonic() + _BUSY_SECONDS
        while self._notices.reach(now=self._workspace.now(), hook=bool(self._command)):
            if time.monotonic() >= until:
                return

    def _tell(self) -> None:
        self._reap()
        busy = [one.announced.conversation_id for one in self._running]
        for announced in self._notices.untold(but=busy):
            if len(self._running) >= AT_ONCE:
                return
            if announced.conversation_id not in busy:
                busy.append(announced.conversation_id)
                self._begin(announced)

    def _reap(self) -> None:
        """Record which commands have ended, and end those that take too long."""
        for one in list(self._running):
            code = one.process.poll()
            if code is None and time.monotonic() < one.until:
                continue
            if code is None:
                os.killpg(one.process.pid, signal.SIGKILL)
                code = one.process.wait()
            self._running.remove(one)
            if code:
                _LOG.warning("the command of sla.on_stage ended with %d", code)
            self._notices.told(one.announced.id, "failed" if code else "done")

    def _begin(self, announced: Announced) -> None:
        where = self._workspace.locations
        command = [
            # By its place: in the workspace's folder a relative PYTHONPATH would lead nowhere, and it needs no package.
            *(sys.executable, "-P", telling.__file__),
            *(str(where.database), str(announced.id), str(self._limit)),
            *self._command,
        ]
        # A file without a name: the command can read it however long it takes, and nothing is left of it.
        with tempfile.TemporaryFile() as told, (where.logs / "on-stage.log").open("ab") as log:
            told.write(json.dumps(self._form(announced)).encode() + b"\n")
            told.seek(0)
            if log.tell() > _LARGEST_LOG:
                log.truncate(0)
            process = subprocess.Popen(  # noqa: S603 - the words of the settings
                command, stdin=told, stdout=log, stderr=log, cwd=where.folder, start_new_session=True
            )
        self._running.append(_Told(announced, process, time.monotonic() + self._limit + _GRACE_SECONDS))

    def _form(self, announced: Announced) -> dict[str, Any]:
        """Return the conversation as a line of `queue --json`, with what is announced of it."""
        now = self._workspace.now()
        row = self._workspace.queue.row(announced.conversation_id, now=now)
        known = {"id": announced.conversation_id} if row is None else queue_row(row, now)
        return known | {
            "notice": {
                "stage": announced.notice.value,
                "target": announced.target.value,
                "start": instant(announced.start),
                "reached_at": instant(announced.reached_at),
            }
        }
