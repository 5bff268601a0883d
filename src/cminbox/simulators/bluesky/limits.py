"""How often a server lets itself be asked: counts in windows, told in `ratelimit-*` headers and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_HOUR, _DAY, _FIVE_MINUTES = 3_600, 86_400, 300


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many points in so many seconds."""

    points: int
    seconds: int


ALL_REQUESTS = (Bucket(3_000, _FIVE_MINUTES),)
SIGN_IN = (Bucket(30, _FIVE_MINUTES), Bucket(300, _DAY))
WRITES = (Bucket(5_000, _HOUR), Bucket(35_000, _DAY))
WRITE_POINTS = {
    "com.atproto.repo.createRecord": 3,
    "com.atproto.repo.putRecord": 2,
    "com.atproto.repo.deleteRecord": 1,
}


class RateLimits:
    """The counts. Without `enforced` they are told and never used against anybody."""

    def __init__(self, now: Callable[[], int], *, enforced: bool) -> None:
        self.now = now
        self.enforced = enforced
        self._used: dict[tuple[Bucket, int], int] = {}

    def take(self, method: str) -> tuple[bool, dict[str, str]]:
        """Count a request; return whether it may pass, and the headers that tell of the tightest bucket."""
        asked = [(bucket, 1) for bucket in ALL_REQUESTS]
        if method == "com.atproto.server.createSession":
            asked = [(bucket, 1) for bucket in SIGN_IN]
        elif method in WRITE_POINTS:
            asked += [(bucket, WRITE_POINTS[method]) for bucket in WRITES]
        states = [self._count(bucket, points) for bucket, points in asked]
        left, bucket = min(states, key=lambda state: state[0])
        return left >= 0 or not self.enforced, self.headers(bucket, max(left, 0))

    def headers(self, bucket: Bucket, left: int) -> dict[str, str]:
        """Return the headers of a bucket; the end of its window is told as seconds since 1970."""
        end = (self.now() // 1000 // bucket.seconds + 1) * bucket.seconds
        return {
            "ratelimit-limit": str(bucket.points),
            "ratelimit-remaining": str(left),
            "ratelimit-reset": str(end),
            "ratelimit-policy": f"{bucket.points};w={bucket.seconds}",
        }

    def _count(self, bucket: Bucket, points: int) -> tuple[int, Bucket]:
        window = (bucket, self.now() // 1000 // bucket.seconds)
        self._used[window] = self._used.get(window, 0) + points
        return bucket.points - self._used[window], bucket
