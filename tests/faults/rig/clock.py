"""One clock for all processes of a run: it runs faster than the wall's, stands still, or jumps, as a test says."""

from __future__ import annotations

import mmap
import struct
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

START = 1_795_168_860_000
"""Friday 20 November 2026, 10:01 UTC, in milliseconds."""
_LAYOUT = struct.Struct("=qqqd")


@dataclass
class Clock:
    """A clock in a file: whoever opens the file sees the same time. One process moves it, the others read."""

    path: Path
    _memory: mmap.mmap = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open the clock, made when it is new; a new one stands still."""
        if not self.path.exists():
            self.path.write_bytes(_LAYOUT.pack(time.monotonic_ns(), START, 0, 0.0))
        with self.path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _LAYOUT.size)

    def now(self) -> int:
        """Return the wall clock, UTC milliseconds."""
        since, wall, _, pace = self._read()
        return wall + round((time.monotonic_ns() - since) / 1e6 * pace)

    def world(self) -> int:
        """Return the time of the rest of the world, UTC milliseconds: it passes, and no jump moves it."""
        return START + round(self.steady() * 1000)

    def steady(self) -> float:
        """Return the clock that no jump moves, in seconds."""
        since, _, steady, pace = self._read()
        return (steady + (time.monotonic_ns() - since) / 1e6 * pace) / 1000

    def run(self, pace: float) -> None:
        """Let it run from now on, `pace` times as fast as the wall's; 0 stops it."""
        self._set(0.0, 0.0, pace)

    def pass_time(self, seconds: float) -> None:
        """Move both clocks on."""
        self._set(seconds, seconds, None)

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back, the steady one not: somebody corrects it, or a machine slept."""
        self._set(seconds, 0.0, None)

    def _read(self) -> tuple[int, int, int, float]:
        since, wall, steady, pace = _LAYOUT.unpack_from(self._memory)
        return since, wall, steady, pace

    def _set(self, wall: float, steady: float, pace: float | None) -> None:
        *_, before = self._read()
        moved_wall = self.now() + round(wall * 1000)
        moved_steady = round((self.steady() + steady) * 1000)
        _LAYOUT.pack_into(
            self._memory, 0, time.monotonic_ns(), moved_wall, moved_steady, before if pace is None else pace
        )
