"""The units that Google grants a project in a day: counted, kept between processes, and never knowingly overspent.

YouTube tells of them in no header. A request costs 1 unit that reads, 50 that writes, also when it is refused. They
are renewed at midnight in California. Other programs may use the same project, so the count is the least that was
spent; when YouTube says that the day's units are gone, it is believed.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cminbox.domain.saying import say
from cminbox.network_kit.failures import TryLater

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.contract import Credentials
    from cminbox.networks.youtube.account import YoutubeAccount

READING = 1
READING_CHAT = 5
WRITING = 50
PACIFIC = ZoneInfo("America/Los_Angeles")
_UNSAVED = 25
_MINUTE = 60.0
_AT_ONCE = 0.1
"""The share of a day's reading that may be used at any time, however early it is."""


class Budget:
    """One project's units. `used` is what is known of today."""

    def __init__(self, account: YoutubeAccount, credentials: Credentials, now: Callable[[], int]) -> None:
        self.daily = account.daily_units
        self._reserved = min(account.reserved_units, account.daily_units // 2)
        self._credentials = credentials
        self._now = now
        self._day = ""
        self._known = 0
        self._new = 0

    @property
    def used(self) -> int:
        """The units that were spent today, as far as is known."""
        return self._known + self._new if self._day == self.day() else 0

    @property
    def ahead(self) -> bool:
        """Whether so much was used already that only what is most needed should be read."""
        moment = self._moment()
        part = (moment.hour * 60 + moment.minute) / (24 * 60)
        return self.used > (self.daily - self._reserved) * max(part, _AT_ONCE)

    def day(self) -> str:
        """Return the day as it is counted in California, ISO 8601."""
        return self._moment().date().isoformat()

    def seconds_left(self) -> float:
        """Return how long it is until the units are renewed."""
        moment = self._moment()
        midnight = datetime.combine(moment.date() + timedelta(days=1), time(), PACIFIC)
        return max(midnight.timestamp() - moment.timestamp(), _MINUTE)

    async def open(self) -> None:
        """Read what this and other processes have spent today. Raises Problem when it cannot be read."""
        if self._day != self.day():
            async with self._credentials.locked() as slot:
                self._begin(slot.read())

    def spend(self, units: int, *, spare_reserve: bool) -> None:
        """Count units before they are used. Raises TryLater when they are not there any more.

        What can wait leaves the reserve alone.
        """
        if self._day != self.day():
            self._begin({})
        limit = self.daily - self._reserved if spare_reserve else self.daily
        if self.used + units > limit:
            raise self.gone()
        self._new += units

    def gone(self) -> TryLater:
        """Return the failure that says that today's units are used up."""
        used = min(self.used, self.daily)
        said = say(
            "{used} of today's {daily} YouTube units are used; they are renewed at midnight in California",
            used=used,
            daily=self.daily,
        )
        return TryLater(said, self.seconds_left(), rate_limited=True)

    def exhausted(self) -> TryLater:
        """Believe YouTube that nothing is left today; return the failure that says so."""
        if self._day != self.day():
            self._begin({})
        self._new += max(self.daily - self.used, 0)
        return self.gone()

    async def keep(self, *, everything: bool = False) -> None:
        """Write down what was spent, now and then or, with `everything`, to the last unit."""
        if self._new == 0 or (self._new < _UNSAVED and not everything):
            return
        async with self._credentials.locked() as slot:
            values = slot.read()
            kept = _units(values, self._day)
            slot.write({**values, "day": self._day, "units": str(kept + self._new)})
            self._known, self._new = kept + self._new, 0

    def report(self) -> Saying:
        """Return a sentence on what is left of today."""
        return say(
            "Units used today: {used} of {daily}; reading takes {reading}, a reply {writing}",
            used=self.used,
            daily=self.daily,
            reading=READING,
            writing=WRITING,
        )

    def _begin(self, values: Mapping[str, str]) -> None:
        self._day = self.day()
        self._known, self._new = _units(values, self._day), 0

    def _moment(self) -> datetime:
        return datetime.fromtimestamp(self._now() / 1000, PACIFIC)


def _units(values: Mapping[str, str], day: str) -> int:
    """Return the units that were kept for a day."""
    kept = values.get("units", "")
    return int(kept) if values.get("day") == day and kept.isascii() and kept.isdigit() else 0
