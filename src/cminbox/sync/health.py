"""What an account needs after something went well or wrong, and when it is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cminbox.domain.account import Health, HealthState
from cminbox.domain.saying import say
from cminbox.domain.waiting import back_off
from cminbox.network_kit.failures import NetworkFailure, SignInAgain, TryLater
from cminbox.sync.pace import SIGN_IN_RETRY

if TYPE_CHECKING:
    from collections.abc import Callable

NEEDS_A_PERSON = frozenset({HealthState.SIGN_IN, HealthState.MISSING_SCOPE, HealthState.PAUSED})
"""States that asking again does not mend."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An account's health, and the seconds until it is asked again."""

    health: Health
    wait: float


def well(read_at: int) -> Health:
    """Return the health of an account that was read to its end by a fetch that began at `read_at` (UTC ms)."""
    return Health(HealthState.OK, last_complete_fetch=read_at)


def state_for(failure: NetworkFailure) -> HealthState:
    """Return what a failure says of an account."""
    if isinstance(failure, SignInAgain):
        return HealthState.SIGN_IN if failure.missing_scope is None else HealthState.MISSING_SCOPE
    if isinstance(failure, TryLater):
        return HealthState.RATE_LIMITED if failure.rate_limited else HealthState.OFFLINE
    return HealthState.UNREADABLE


def ill(failure: NetworkFailure, before: Health, *, now: int, chance: Callable[[], float]) -> Verdict:
    """Return the health of an account after a failure, and how long it is left alone. `now` is UTC milliseconds."""
    state = state_for(failure)
    failures = before.failures + 1
    if state in NEEDS_A_PERSON:
        wait = SIGN_IN_RETRY * (0.9 + 0.2 * chance())
    else:
        wait = back_off(failures, chance, failure.after if isinstance(failure, TryLater) else None)
    retry_at = now + round(wait * 1000)
    return Verdict(Health(state, failure.saying.to_json(), retry_at, failures=failures), wait)


def broken(before: Health, *, now: int, chance: Callable[[], float]) -> Verdict:
    """Return the health of an account whose network module has a fault of its own. `now` is UTC milliseconds."""
    failure = NetworkFailure(say("cminbox made a mistake with this account; the log in its folder says where"))
    return ill(failure, before, now=now, chance=chance)
