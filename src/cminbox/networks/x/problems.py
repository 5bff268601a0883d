"""What X's errors mean: they are known by the type of their problem or by a number, never by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Gone, Refused, SignInAgain, TryLater
from cminbox.network_kit.waits import wait_from_headers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.answers import Answer
    from cminbox.network_kit.failures import NetworkFailure

NOT_FOUND = "resource-not-found"
WITHHELD = frozenset({NOT_FOUND, "not-authorized-for-resource", "resource-unavailable", "disallowed-resource"})
"""Why X does not show a post any more: it was deleted, or its author is protected, suspended or gone."""
_PROBLEMS = "/problems/"
_CREDIT = frozenset({"credits-depleted", "credits", "spend-cap-reached"})
_CAPPED = frozenset({"usage-capped", "UsageCapExceeded"})
_APP_TOKEN = frozenset({"unsupported-authentication"})
_NOT_ENROLLED = frozenset({"client-forbidden", "client-not-enrolled"})
_READ_ONLY = frozenset({"oauth1-permissions"})
_DEAD_CODES = frozenset({"32", "89", "99", "215"})
_RATE = frozenset({"88", "rate-limit-exceeded"})
_LONG_PAUSE = 3600.0
PERMISSIONS = "Read and write and Direct message"
"""The permissions that an application needs at X for the sign-in with a pin, as they are called there."""
_QUOTE = 200
_AS_EVERYWHERE = frozenset(
    {httpx.codes.NOT_FOUND, httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT},
)
"""What these mean when X gives them no type of its own is the same on every network."""


class TokenDied(SignInAgain):
    """The token is no longer accepted; with OAuth 2.0 a new one may be."""


class PlaceLost(TryLater):
    """The place in a list is no longer known; the list has to be read from its beginning."""


class NoCredit(TryLater):
    """Nothing is left of what was paid in advance."""


def kinds_of(body: object) -> frozenset[str]:
    """Return the types and numbers of all problems that an answer speaks of."""
    return frozenset(kind for problem in _problems(body) for kind in _kinds(problem))


def meaning(answer: Answer, now: int) -> NetworkFailure | None:
    """Return X's own meaning of an answer that is not good, None where it has none. `now` is UTC milliseconds."""
    if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return None
    known = _by_kind(kinds_of(answer.body), answer, now) or _by_status(answer)
    if known is not None or answer.status in _AS_EVERYWHERE or answer.status < httpx.codes.BAD_REQUEST:
        return known
    return Refused(_why(answer))


def _by_status(answer: Answer) -> NetworkFailure | None:
    match answer.status:
        case httpx.codes.UNAUTHORIZED:
            return _dead()
        case httpx.codes.PAYMENT_REQUIRED:
            return _no_credit()
        case httpx.codes.GONE:
            return Refused(say("This version of X's interface has ended; set api_version to a later one"))
        case httpx.codes.BAD_REQUEST if _about_place(answer.body):
            return PlaceLost(say("X has lost the place in its list; it is read again from the beginning"))
    return None


def inside(answer: Answer, now: int) -> NetworkFailure:
    """Return the meaning of errors inside an answer that is good by its status. `now` is UTC milliseconds."""
    return _by_kind(kinds_of(answer.body), answer, now) or Refused(_why(answer))


def _by_kind(kinds: frozenset[str], answer: Answer, now: int) -> NetworkFailure | None:
    wait = wait_from_headers(answer.headers, now)
    for known, failure in _MEANINGS:
        if kinds & known:
            return failure(wait)
    return None


def _capped(wait: float | None) -> NetworkFailure:
    said = say("X's limit of posts to be read is used up; see console.x.com")
    return TryLater(said, wait or _LONG_PAUSE, rate_limited=True)


def _too_often(wait: float | None) -> NetworkFailure:
    return TryLater(say("{host} asks for a pause (rate limit)", host="X"), wait, rate_limited=True)


def _dead(_wait: float | None = None) -> NetworkFailure:
    return TokenDied(say("X no longer accepts this sign-in; sign in again"))


def _of_the_application(_wait: float | None) -> NetworkFailure:
    return SignInAgain(
        say("This token is the application's own, which may not act as an account; sign in to get one that may")
    )


def _read_only(_wait: float | None) -> NetworkFailure:
    return SignInAgain(
        say("The application may not do this; give it the permissions {name} at X, then sign in", name=PERMISSIONS),
        missing_scope=PERMISSIONS,
    )


def _not_enrolled(_wait: float | None) -> NetworkFailure:
    return Refused(say("X does not let this application in; put it into a project with credit at console.x.com"))


def _gone(_wait: float | None) -> NetworkFailure:
    return Gone(say("This no longer exists on X"))


def _no_credit(_wait: float | None = None) -> NoCredit:
    return NoCredit(say("Nothing is left of the credit at X; add some at console.x.com"), _LONG_PAUSE)


def _about_place(body: object) -> bool:
    """Whether a request was refused for the place in a list that it named."""
    for problem in _problems(body):
        parameters = problem.get("parameters")
        names = [*parameters] if isinstance(parameters, dict) else []
        if {"pagination_token", "next_token"} & {*names, problem.get("parameter")}:
            return True
    return False


def _why(answer: Answer) -> Saying:
    for problem in _problems(answer.body):
        for key in ("detail", "title"):
            text = problem.get(key)
            if isinstance(text, str) and text.strip():
                return say("X refused it: {said}", said=safe(text.strip(), limit=_QUOTE))
    return say("X refused it (error {status})", status=answer.status)


def _problems(body: object) -> Iterator[dict[str, Any]]:
    if not isinstance(body, dict):
        return
    yield body
    errors = body.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            yield error


def _kinds(problem: dict[str, Any]) -> Iterator[str]:
    """Yield the short names of what a problem is: the end of its type's address, its reason, its number."""
    kind, reason, code = problem.get("type"), problem.get("reason"), problem.get("code")
    if isinstance(kind, str) and _PROBLEMS in kind:
        yield kind.rpartition(_PROBLEMS)[2]
    if isinstance(reason, str):
        yield reason
    if isinstance(code, int) and not isinstance(code, bool):
        yield str(code)


_MEANINGS = (
    (_CREDIT, _no_credit),
    (_CAPPED, _capped),
    (_RATE, _too_often),
    (_DEAD_CODES, _dead),
    (_APP_TOKEN, _of_the_application),
    (_READ_ONLY, _read_only),
    (_NOT_ENROLLED, _not_enrolled),
    (frozenset({NOT_FOUND}), _gone),
)
"""What kinds of problems mean, by the seconds to wait that came with them; the first that fits counts."""
