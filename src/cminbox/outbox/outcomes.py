"""What an attempt at sending came to, worked out from how the network failed: pure, so that every case can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cminbox.domain.saying import Saying, say
from cminbox.domain.waiting import back_off
from cminbox.network_kit.failures import (
    Gone,
    NetworkFailure,
    NotSupported,
    Refused,
    SendOutcomeUnknown,
    SignInAgain,
    TryLater,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cminbox.domain.reply import Receipt

SIGN_IN_PAUSE = 3600.0
"""How long an account's replies wait for a person to renew its credentials; new ones end the wait."""
MOST_UNREADABLE = 5
"""After so many attempts that failed before anything was published, by answers nobody can read, a person is asked."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The network has it."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Declined:
    """The network said no, or surely never will say yes."""

    reason: Saying


@dataclass(frozen=True, slots=True)
class Postponed:
    """Surely nothing was published. Try again in `wait` seconds; `pause` holds for all that the account sends."""

    reason: Saying
    wait: float
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Nobody knows. It is looked for, unless `by_person`."""

    reason: Saying
    by_person: bool = False


Outcome: TypeAlias = Sent | Declined | Postponed | Doubtful


def outcome_of(failure: NetworkFailure, attempt: int, chance: Callable[[], float]) -> Outcome:
    """Return what a failure of the `attempt`-th request to publish means."""
    if isinstance(failure, SendOutcomeUnknown):
        return Doubtful(failure.saying)
    if isinstance(failure, TryLater):
        wait = back_off(attempt, chance, failure.after)
        return Postponed(failure.saying, wait, pause=wait)
    if isinstance(failure, SignInAgain) and failure.missing_scope is None:
        return Postponed(failure.saying, 0.0, pause=SIGN_IN_PAUSE)
    if isinstance(failure, SignInAgain | Refused | Gone | NotSupported) or attempt >= MOST_UNREADABLE:
        return Declined(failure.saying)
    return Postponed(failure.saying, back_off(attempt, chance))


def window_closed(window: int | None, last_heard: int | None, now: int) -> Saying | None:
    """Return why a network takes no reply any more, None when it does.

    `window` is in seconds after the customer's last message, None where there is no such rule; times are UTC ms.
    """
    if window is None or last_heard is None or now <= last_heard + window * 1000:
        return None
    hours = max(1, window // 3600)
    return say("The network takes replies for {hours} h after the customer's last message; that is over", hours=hours)
