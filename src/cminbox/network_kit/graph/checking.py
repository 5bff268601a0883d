"""What Meta tells of a token, for the check of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.network_kit.graph.versions import served
from cminbox.network_kit.reading import Reader, Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.failures import SignInAgain
    from cminbox.network_kit.graph.client import Graph

_FAR = 10**10


def note(failure: SignInAgain, missing: list[str]) -> None:
    """Add the permission that is missing to a list; raise a failure that is about something else."""
    if failure.missing_scope is None:
        raise failure
    missing.append(failure.missing_scope)


def lacking(facts: Reader, scopes: Iterable[str]) -> list[str]:
    """Return which permissions a token was not granted; none where Meta does not say what was granted."""
    try:
        granted = facts.items("scopes")
    except Shape:
        return []
    return [scope for scope in scopes if granted and scope not in granted]


def ends(facts: Reader, what: str) -> int | None:
    """Return when something ends (UTC milliseconds), None when it never does or nobody says."""
    try:
        seconds = facts.number(what, 0)
    except Shape:
        return None
    return seconds * 1000 if 0 < seconds < _FAR else None


def of_the_version(graph: Graph) -> list[Saying]:
    """Return what a person should know of the version that answered, where it is not the one that was asked for."""
    said = served(graph.version, graph.served_version)
    return [] if said is None else [said]
