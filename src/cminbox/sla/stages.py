"""How far a running clock has come, in four words that a screen can colour and a script can compare."""

from __future__ import annotations

from enum import StrEnum

WARN_SHARE = 0.75
URGENT_SHARE = 0.9
URGENT_LEFT = 5 * 60 * 1000
"""Milliseconds left from which a clock is urgent, however little of it is used."""


class Stage(StrEnum):
    """How pressing an answer is."""

    QUIET = "quiet"
    WARN = "warn"
    URGENT = "urgent"
    BREACHED = "breached"


def stage(start: int, due: int, now: int) -> Stage:
    """Return the stage at `now` of a clock that started at `start` and ends at `due` (UTC milliseconds).

    An answer at the very instant it is due is in time. Urgent is 90 % used or 5 minutes left, whichever comes first.
    """
    if now > due:
        return Stage.BREACHED
    if now >= urgent_from(start, due):
        return Stage.URGENT
    if now - start >= WARN_SHARE * (due - start):
        return Stage.WARN
    return Stage.QUIET


def urgent_from(start: int, due: int) -> int:
    """Return the instant from which a clock is urgent (UTC milliseconds), never before it starts."""
    return max(start, min(start + round(URGENT_SHARE * (due - start)), due - URGENT_LEFT))
