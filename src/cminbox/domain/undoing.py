"""An act that can still be undone, as one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from cminbox.domain.saying import Saying


@dataclass(frozen=True, slots=True)
class Undoables:
    """One act: its events, what it did, who did it and when (UTC milliseconds)."""

    events: tuple[int, ...]
    what: Saying
    agent: str
    at: int
