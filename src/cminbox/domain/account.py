"""One identity of the brand on one network, and how it is doing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.value import dataclass

if TYPE_CHECKING:
    from cminbox.domain.network import Manifest


WORKING_OFFLINE = say("Everybody works offline: nothing is fetched, and replies wait until somebody goes online")
"""Why an account is paused that nobody has paused by itself."""


class HealthState(StrEnum):
    """What an account needs, named by who has to do something."""

    OK = "ok"
    NEW = "new"
    OFFLINE = "offline"
    RATE_LIMITED = "rate_limited"
    SIGN_IN = "sign_in"
    MISSING_SCOPE = "missing_scope"
    UNREADABLE = "unreadable"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Health:
    """How an account is doing. Times are UTC milliseconds; `reason` is one sentence for a person."""

    state: HealthState
    reason: str = ""
    retry_at: int | None = None
    last_complete_fetch: int | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """An account as kept. `name` is unique in the workspace and is what a person types; `handle` is public."""

    id: int
    network: str
    name: str
    handle: str
    manifest: Manifest | None
    """None when the account only came with imported messages."""
    health: Health
    connected_at: int | None
