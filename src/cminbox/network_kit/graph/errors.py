"""What the Graph API's error codes mean: always by number, never by text, which comes in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SendOutcomeUnknown, SignInAgain, TryLater
from cminbox.network_kit.graph.usage import read_usage
from cminbox.network_kit.waits import wait_from_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cminbox.domain.saying import Saying

DEAD_TOKEN = frozenset({102, 190})
AS_A_PERSON = 1705
PERMISSION = frozenset({3, 10, *range(200, 300)})
RATE = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
INVALID = 100
MISSING_OBJECT = 33
NO_SUCH_ALIAS = 803
THEIR_TROUBLE = frozenset({1, 2})
OUTSIDE_WINDOW = frozenset({2018065, 2018278})
PAGE_RESTRICTED = 1893063
RATE_SUBCODE = 2446079
_TOO_MANY = 429
_TROUBLE = 500
_QUOTE = 200
_OVER = say("{network} no longer answers this version; set api_version to a later one")
_DEATHS: Mapping[int, Saying] = {
    458: say("the person who connected it has removed the app"),
    459: say("the person who connected it has to pass a check on the website first"),
    460: say("the password of the person who connected it was changed"),
    463: say("it has expired"),
    464: say("the person who connected it is not confirmed"),
    467: say("it is no longer valid"),
    492: say("the person who connected it has lost the role on the Page, so that a new token would fail as well"),
}


_REASONS: Mapping[int, Saying] = {
    12: _OVER,
    368: say("{network} has blocked this as abusive; stop for a while and look there"),
    506: say("{network} says that the same was written there just now"),
    551: say("{network} cannot reach this person at present"),
    2635: _OVER,
    10900: say("{network} allows one private reply to a comment, and there was one"),
}
UNDERSTOOD = DEAD_TOKEN | PERMISSION | RATE | _REASONS.keys() | {AS_A_PERSON, INVALID, NO_SUCH_ALIAS}
"""Codes with which the Graph API surely has done nothing."""


@dataclass(frozen=True, slots=True)
class GraphError:
    """An error as the Graph API gives it. `words` are the server's own, safe and short."""

    code: int
    subcode: int = 0
    transient: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as far as it decides what an error means.

    `title` is the network's name for sentences, `scope` the permission that this needs, `publishes` whether something
    may have been published, `paged` whether it went on within a list.
    """

    title: str
    scope: str | None = None
    publishes: bool = False
    paged: bool = False


def error_in(body: object, *, quote: bool = True) -> GraphError | None:
    """Return the error that a body holds, whatever its status, None when it holds none.

    Without `quote` the server's words are left out: they may repeat a request.
    """
    given = body.get("error") if isinstance(body, dict) else None
    if not isinstance(given, dict):
        return None
    words = given.get("error_user_msg") or given.get("message")
    return GraphError(
        _number(given.get("code")),
        _number(given.get("error_subcode")),
        given.get("is_transient") is True,
        f": {safe(words.strip(), limit=_QUOTE)}" if quote and isinstance(words, str) and words.strip() else "",
    )


def meaning(error: GraphError, status: int, headers: Mapping[str, str], asked: Asked, now: int) -> NetworkFailure:
    """Return the failure that an error is. `now` is UTC milliseconds."""
    code = error.code
    if code in DEAD_TOKEN or code == AS_A_PERSON:
        return _dead(error, asked)
    if code in RATE or error.subcode == RATE_SUBCODE or status == _TOO_MANY:
        usage = read_usage(headers)
        after = usage.regain_seconds or wait_from_headers(headers, now)
        return TryLater(say("{network} asks for a pause (rate limit)", network=asked.title), after, rate_limited=True)
    if code in PERMISSION:
        return _not_permitted(error, asked)
    if code in {INVALID, NO_SUCH_ALIAS} and (error.subcode == MISSING_OBJECT or code == NO_SUCH_ALIAS):
        return Gone(say("{network} no longer has it, or not for this account", network=asked.title))
    if code in THEIR_TROUBLE or error.transient or status >= _TROUBLE:
        return _their_trouble(error, headers, asked, now)
    return _refused(error, asked, status)


def _dead(error: GraphError, asked: Asked) -> SignInAgain:
    if error.code == AS_A_PERSON:
        return SignInAgain(say("This token belongs to a person; {network} wants the Page's own", network=asked.title))
    why = _DEATHS.get(error.subcode)
    if why is None:
        return SignInAgain(say("{network} no longer accepts this token", network=asked.title))
    return SignInAgain(say("{network} no longer accepts this token: {why}", network=asked.title, why=why))


def _not_permitted(error: GraphError, asked: Asked) -> NetworkFailure:
    if error.subcode in OUTSIDE_WINDOW:
        return Refused(say("The time in which {network} lets this person be answered is over", network=asked.title))
    if error.subcode == PAGE_RESTRICTED:
        return Refused(say("{network} has restricted this account for a while", network=asked.title))
    if asked.scope is None:
        return Refused(say("{network} does not permit this{said}", network=asked.title, said=error.words))
    said = say(
        "The token lacks the permission {scope}, or its owner the task on the Page; sign in again and grant it",
        scope=asked.scope,
    )
    return SignInAgain(said, missing_scope=asked.scope)


def _their_trouble(error: GraphError, headers: Mapping[str, str], asked: Asked, now: int) -> NetworkFailure:
    if asked.publishes:
        return SendOutcomeUnknown(
            say("{network} failed while publishing (error {code})", network=asked.title, code=error.code),
        )
    said = say("{network} has a problem of its own (error {code})", network=asked.title, code=error.code)
    return TryLater(said, wait_from_headers(headers, now))


def _refused(error: GraphError, asked: Asked, status: int) -> NetworkFailure:
    if error.code == INVALID and asked.paged:
        # The place within a list is not kept for long; what was read so far is read again.
        return TryLater(say("{network} has lost the place in a list", network=asked.title))
    known = _REASONS.get(error.code)
    if known is not None:
        return Refused(say(known.pattern, network=asked.title))
    code = error.code or status
    return Refused(say("{network} refused (error {code}){said}", network=asked.title, code=code, said=error.words))


def _number(value: Any) -> int:  # noqa: ANN401 - foreign JSON
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
