"""Two clocks that a test moves: the wall's, which may jump, and one that only goes forward."""

from __future__ import annotations

from dataclasses import dataclass

from rehearsal.people import NOW


@dataclass
class Clock:
    wall: int = NOW
    forward: float = 1000.0

    def now(self) -> int:
        """Return the wall clock, UTC milliseconds."""
        return self.wall

    def steady(self) -> float:
        """Return the clock that only goes forward, in seconds."""
        return self.forward

    def pass_time(self, seconds: float) -> None:
        """Let both clocks run."""
        self.wall += round(seconds * 1000)
        self.forward += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back."""
        self.wall += round(seconds * 1000)


def half() -> float:
    """Return what chance gives in a test."""
    return 0.5
