"""When a message reached us: where its clock starts."""

from __future__ import annotations


def arrival(created_at: int, last_complete_fetch: int | None, now: int) -> int:
    """Return the instant (UTC milliseconds) from which people have been waiting for an answer.

    A network's own times are claims: on Bluesky the author chooses them. A message first seen now was surely not
    there at the end of the last complete fetch of its account, and it is surely not from the future.
    """
    earliest = created_at if last_complete_fetch is None else max(created_at, last_complete_fetch)
    return min(earliest, now)
