"""Timestamp identifiers: the keys of posts, which sort by the time they stand for."""

from __future__ import annotations

import hashlib

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_BITS = 5
_CLOCK_BITS = 10


def encode(microseconds: int, clock: int) -> str:
    """Return the identifier for an instant (UTC microseconds) and a clock number (0 to 1023)."""
    number = (microseconds << _CLOCK_BITS) | clock
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range((_LENGTH - 1) * _BITS, -1, -_BITS))


def milliseconds(tid: str) -> int | None:
    """Return the instant (UTC milliseconds) that an identifier stands for, None when it is none."""
    if len(tid) != _LENGTH or any(char not in _LETTERS for char in tid):
        return None
    number = 0
    for char in tid:
        number = (number << _BITS) | _LETTERS.index(char)
    return (number >> _CLOCK_BITS) // 1000


def of_key(key: str, instant: int) -> str:
    """Return the identifier of a key at an instant (UTC milliseconds): always the same for the same two.

    Microseconds and clock number come from the key, so that keys of the same millisecond get identifiers of their own.
    """
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    return encode(instant * 1000 + digest % 1000, (digest // 1000) % (1 << _CLOCK_BITS))


def of_subject(subject: str) -> str:
    """Return an identifier for a record of which there is one per subject, such as a like: always the same."""
    digest = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8])
    return encode(digest >> 14, digest % (1 << _CLOCK_BITS))
