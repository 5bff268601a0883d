"""Response times that are changed while the syncing process runs: it takes them over, it does not have to be restarted.

Only policies, working hours and what belongs to them are taken over; everything else holds from the next start on.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem, UsageProblem
from cminbox.domain.text import safe
from cminbox.i18n import render
from cminbox.settings.load import load_settings, sources

if TYPE_CHECKING:
    from cminbox.inbox.workspace import Workspace

_LOG = logging.getLogger(__name__)
EVERY_SECONDS = 2.0


class Rereader:
    """Looks whether a source of the settings has changed. Call `tend` every second; it costs a look at some files."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._seen = self._sources()
        self._next_at = 0.0

    async def tend(self) -> None:
        """Put changed response times in force. A wrong file is told once, and what held before goes on to hold."""
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + EVERY_SECONDS
        found = self._sources()
        if found == self._seen:
            return
        try:
            await asyncio.to_thread(self._take)
        except UsageProblem as problem:
            _LOG.error("%s; the response times from before go on to hold", safe(render(problem.saying)))
        except Problem as problem:
            # A database that is busy: what has changed is taken over the next time.
            _LOG.warning("%s", problem)
            return
        self._seen = found

    def _sources(self) -> object:
        return sources(self._workspace.locations, self._workspace.environ)

    def _take(self) -> None:
        settings = load_settings(self._workspace.locations, self._workspace.environ)
        if self._workspace.take_response_times(settings.sla):
            _LOG.info("the response times were changed")
