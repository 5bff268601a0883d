"""Ids of X: whole numbers that grow with time and hold the instant at which they were given out."""

from __future__ import annotations

from cminbox.network_kit.reading import Shape

_EPOCH_MS = 1_288_834_974_657
_SHIFT = 22
_LONGEST = 19
_FIRST_DATED = 1 << 35
"""Ids from before November 2010 were counted up and hold no instant."""
DM = "dm/"
"""What the remote id of a private message begins with: posts and messages count apart."""


def number_of(identifier: str, where: str = "id") -> int:
    """Return an id as a number. Raises Shape for what is none."""
    if not (identifier.isascii() and identifier.isdigit() and len(identifier) <= _LONGEST):
        raise Shape(where, "an id of X")
    return int(identifier)


def is_id(identifier: str) -> bool:
    """Whether a text can be an id."""
    return identifier.isascii() and identifier.isdigit() and len(identifier) <= _LONGEST


def instant_of(identifier: str) -> int | None:
    """Return when an id was given out (UTC milliseconds), None where it does not tell."""
    number = int(identifier) if is_id(identifier) else 0
    return (number >> _SHIFT) + _EPOCH_MS if number >= _FIRST_DATED else None


def first_at(moment: int) -> int:
    """Return the smallest id that can be given out at an instant (UTC milliseconds)."""
    return max(moment - _EPOCH_MS, 0) << _SHIFT
