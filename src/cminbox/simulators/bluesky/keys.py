"""How the AT Protocol names things: keys that sort by time, content identifiers, tokens, times."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_CID_PREFIX = bytes((0x01, 0x71, 0x12, 0x20))


def tid(microseconds: int) -> str:
    """Return the key that stands for an instant (UTC microseconds); keys sort as their instants do."""
    number = microseconds << 10
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(60, -1, -5))


def cid_of(record: dict[str, Any]) -> str:
    """Return a content identifier: equal records have equal ones. The bytes hashed are not those of a real server."""
    digest = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).digest()
    return "b" + base64.b32encode(_CID_PREFIX + digest).decode().lower().rstrip("=")


def did_of(handle: str) -> str:
    """Return the permanent identifier of a person."""
    return "did:plc:" + base64.b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()[:24]


def token(claims: dict[str, Any]) -> str:
    """Return a token that can be read by whoever holds it, as the real ones can."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"typ": "at+jwt", "alg": "HS256"}, claims)
    )
    mark = hashlib.sha256(f"{head}.{body}.simulated".encode()).hexdigest()
    return f"{head}.{body}.{mark}"


def iso(instant: int) -> str:
    """Return an instant (UTC milliseconds) as servers write it."""
    return f"{datetime.fromtimestamp(instant / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}Z"


def instant_of(text: str) -> int:
    """Return the instant (UTC milliseconds) of a time that was checked before."""
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


class Ticker:
    """Gives every event a key of its own, later than the one before, close to the clock."""

    def __init__(self) -> None:
        self._last = 0

    def at(self, instant: int) -> str:
        """Return a new key for an instant (UTC milliseconds)."""
        self._last = max(self._last + 1, instant * 1000)
        return tid(self._last)
