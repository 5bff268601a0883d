"""Looking ahead now and then, beside the screen: no key and no frame waits for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from cminbox.domain.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from cminbox.inbox.reporting import Forecast

FIRST_SECONDS = 3.0
"""So long after its start the screen looks ahead for the first time."""
EVERY_SECONDS = 300.0
SOONER_SECONDS = 10.0
"""So long after it was asked it is asked again when something has become late, or is late no more."""


class Outlook:
    """Asks what is to be expected, in a thread of its own. Call `look` a few times a second, and `close` at the end."""

    def __init__(self, forecast: Callable[[], Forecast]) -> None:
        self._forecast = forecast
        self._thread: ThreadPoolExecutor | None = None
        self._asked: Future[Forecast] | None = None
        self._next_at = self._sooner_at = monotonic() + FIRST_SECONDS
        self._late = 0
        self.latest: Forecast | None = None

    def look(self, late: int) -> bool:
        """Ask when it is time; return whether there is another answer. `late` is how many are late by now."""
        if self._asked is None:
            now = monotonic()
            if now >= (self._next_at if late == self._late else self._sooner_at):
                self._next_at, self._sooner_at, self._late = now + EVERY_SECONDS, now + SOONER_SECONDS, late
                self._thread = self._thread or ThreadPoolExecutor(1, "outlook")
                self._asked = self._thread.submit(self._forecast)
            return False
        if not self._asked.done():
            return False
        asked, before, self._asked = self._asked, self.latest, None
        # A database that is busy is asked again.
        with suppress(Problem):
            self.latest = asked.result()
        return self.latest != before

    def close(self) -> None:
        """Wait for what is being asked, and ask no more."""
        if self._thread is not None:
            self._thread.shutdown(cancel_futures=True)
