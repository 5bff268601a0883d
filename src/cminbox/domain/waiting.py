"""How long to wait, and when a wait is over: arithmetic on clocks and chance that come in as arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_RETRY = 5.0
LONGEST_RETRY = 15 * 60.0
LONGEST_WAIT = 24 * 3600.0
"""However long a network asks to be left alone, it is asked again after a day."""
_MOST_DOUBLINGS = 16
_NOTICEABLE = 2000


def back_off(failures: int, chance: Callable[[], float], asked_for: float | None = None) -> float:
    """Return the seconds to wait before the next attempt after the `failures`-th failure in a row (1 is the first).

    It doubles from 5 s up to 15 min; between half and all of it is waited, by `chance` (0 to 1), so that many
    that failed together do not come back together. A wait that a network asked for is never shortened.
    """
    doubled = FIRST_RETRY * 2.0 ** min(max(failures - 1, 0), _MOST_DOUBLINGS)
    own = min(doubled, LONGEST_RETRY) * (0.5 + 0.5 * chance())
    if asked_for is None:
        return own
    asked = min(max(asked_for, 0.0), LONGEST_WAIT)
    # A little later than asked: clocks differ, and a limit that is hit again at once may grow.
    return max(own, asked + min(1.0 + asked * 0.05, 30.0) * (0.5 + 0.5 * chance()))


@dataclass(frozen=True, slots=True)
class Appointment:
    """When something is due, on two clocks: the wall's (`wall`, UTC milliseconds) and one that only goes forward.

    The wall clock jumps, and the other one may stand still while a machine sleeps. Whichever says first that the time
    has come is believed, once: after it a new appointment is made, so a jump brings one early look and no burst.
    """

    wall: int
    steady: float

    @classmethod
    def in_seconds(cls, seconds: float, *, wall: int, steady: float) -> Appointment:
        """Return an appointment `seconds` from now."""
        return cls(wall + round(seconds * 1000), steady + seconds)

    @classmethod
    def resumed(cls, at: int, longest: float, *, wall: int, steady: float) -> Appointment:
        """Return an appointment that an earlier process made for `at`; more than `longest` s is a clock that jumped."""
        seconds = (at - wall) / 1000
        return cls.in_seconds(seconds if 0 < seconds <= longest else 0.0, wall=wall, steady=steady)

    def due(self, *, wall: int, steady: float) -> bool:
        """Whether the time has come."""
        return wall >= self.wall or steady >= self.steady

    def wait(self, *, wall: int, steady: float) -> float:
        """Return the seconds that are left."""
        return max(0.0, min((self.wall - wall) / 1000, self.steady - steady))


@dataclass(slots=True)
class SetBacks:
    """Notices that the wall's clock (UTC milliseconds) was set back, by one that only goes forward (seconds)."""

    wall: int
    steady: float

    def since_last(self, *, wall: int, steady: float) -> int:
        """Return by how many milliseconds the wall's clock was set back since the last call.

        0 for less than two seconds, which is a clock being trimmed, and for a clock that was set forward.
        """
        back = round((steady - self.steady) * 1000) - (wall - self.wall)
        self.wall, self.steady = wall, steady
        return back if back >= _NOTICEABLE else 0
