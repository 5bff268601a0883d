"""When an account is asked next: sooner while messages come, later while it is quiet. Lengths are seconds."""

from __future__ import annotations

from dataclasses import dataclass

SPEED_UP = 0.5
SLOW_DOWN = 1.5
SIGN_IN_RETRY = 3600.0
"""Credentials that a network no longer accepts are tried again this rarely; at once when a person renews them."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The shortest and the longest time between two looks at an account, in seconds."""

    fastest: float
    slowest: float


def interval_after(news: int, previous: float | None, bounds: Bounds) -> float:
    """Return the time to the next look after a fetch that brought `news` messages.

    `previous` is the interval before it, None at the start, which begins at the fastest.
    """
    if previous is None:
        return bounds.fastest
    wanted = previous * (SPEED_UP if news else SLOW_DOWN)
    return min(max(wanted, bounds.fastest), max(bounds.slowest, bounds.fastest))
