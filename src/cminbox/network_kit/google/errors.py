"""Google's errors: by the word that its sign-in gives, or by the reasons that its interfaces give, in either form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Refused, SignInAgain, TryLater
from cminbox.network_kit.waits import wait_from_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.network_kit.answers import Answer

PER_MINUTE = 60.0
"""What is not counted by the day is counted by the minute."""
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "rate_limit_exceeded"})
_LACKING = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
"""The reasons that say that an interface is not enabled in the project of the application."""
_TOO_MANY = 429
_NOT_FOUND = 404


def word_of(answer: Answer) -> str:
    """Return the word that the sign-in gives, empty where it gives none."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    return error if isinstance(error, str) else ""


def reasons_of(answer: Answer) -> frozenset[str]:
    """Return the reasons that an error names."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return frozenset({word_of(answer)} - {""})
    named = [item for key in ("errors", "details") if isinstance(error.get(key), list) for item in error[key]]
    found = [item.get("reason") for item in named if isinstance(item, dict)]
    return frozenset(reason for reason in found if isinstance(reason, str) and reason)


def details_of(answer: Answer) -> list[Mapping[str, object]]:
    """Return what an error tells besides its reasons, one mapping for each of its details that has any."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    found = [item.get("metadata") for item in details if isinstance(item, dict)] if isinstance(details, list) else []
    return [metadata for metadata in found if isinstance(metadata, dict)]


def pause(answer: Answer, host: str, now: int) -> TryLater | None:
    """Return that we were too fast, None when it was not that. `now` is UTC milliseconds."""
    if answer.status != _TOO_MANY and not reasons_of(answer) & _TOO_FAST:
        return None
    after = wait_from_headers(answer.headers, now) or PER_MINUTE
    return TryLater(say("{host} asks for a pause (rate limit)", host=host), after, rate_limited=True)


def not_granted(answer: Answer, scope: str) -> SignInAgain | None:
    """Return that the sign-in lacks a permission, None when it was not that."""
    if not reasons_of(answer) & _LACKING:
        return None
    return SignInAgain(
        say("The sign-in lacks the permission {scope}; sign in again and grant it", scope=scope), missing_scope=scope
    )


def ended(answer: Answer, host: str) -> Refused | None:
    """Return that an address is none, None when it was not that: its version has ended, or something stands between.

    An interface that lacks one thing says so as JSON; of anything else nobody knows that it was deleted.
    """
    if answer.status != _NOT_FOUND or (isinstance(answer.body, dict) and "error" in answer.body):
        return None
    return Refused(
        say(
            "{host} does not know this address; look at the account's settings (base_url, api_version)",
            host=host,
        )
    )
