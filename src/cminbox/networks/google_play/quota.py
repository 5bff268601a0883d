"""The requests an hour with which Google lets one app's reviews be read: reading leaves some of them for replies."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import TryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.saying import Saying

HOUR_MS = 3600 * 1000
_RESERVE = 4
"""One in so many is left for what is read before an answer is sent."""


class Quota:
    """What this process has asked within the last hour; others may use the same, so it is the least that was used."""

    def __init__(self, hourly: int, now: Callable[[], int]) -> None:
        self.hourly = hourly
        self._now = now
        self._asked: deque[int] = deque()

    @property
    def used(self) -> int:
        """The requests of the last hour, as far as is known."""
        while self._asked and self._asked[0] <= self._now() - HOUR_MS:
            self._asked.popleft()
        return len(self._asked)

    def spend(self, *, waiting: bool) -> None:
        """Count a request before it is made. Raises TryLater when there is none left.

        What can wait leaves those alone that answers need.
        """
        if (self.left() if waiting else self.hourly - self.used) <= 0:
            raise self.gone()
        self._asked.append(self._now())

    def left(self) -> int:
        """Return how many requests are left for what can wait."""
        return self.hourly - self.hourly // _RESERVE - self.used

    def gone(self) -> TryLater:
        """Return the failure that says that this hour's requests are used up."""
        first = self._asked[0] if self._asked else self._now()
        said = say(
            "{used} of the {hourly} requests an hour to Google Play are used", used=self.used, hourly=self.hourly
        )
        return TryLater(said, max(first + HOUR_MS - self._now(), 1000) / 1000, rate_limited=True)

    def report(self) -> Saying:
        """Return a sentence on what is left of this hour."""
        return say("Requests used in the last hour: {used} of {hourly}", used=self.used, hourly=self.hourly)
