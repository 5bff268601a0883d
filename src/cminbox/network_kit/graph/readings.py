"""Reading what an account may be barred from, and whether what vanished from a list is really gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.network_kit.failures import Gone, NetworkFailure, Refused, SignInAgain
from cminbox.network_kit.graph.client import node

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from cminbox.domain.saying import Saying
    from cminbox.network_kit.graph.client import Graph
    from cminbox.network_kit.graph.memory import Memory

_CONFIRMED = 5
"""So many are asked for in one fetch: each costs a call."""


def barred(failure: NetworkFailure) -> Saying:
    """Return the sentence about a list that cannot be read while the others can."""
    return say("A part of the account cannot be read: {why}", why=failure.saying)


async def read_if_allowed(reading: Callable[[], Awaitable[None]], problems: list[Saying]) -> None:
    """Read a list that the account may be barred from; that is added to the problems, and the others can be read.

    Raises NetworkFailure for whatever concerns the whole account.
    """
    try:
        await reading()
    except SignInAgain as failure:
        if failure.missing_scope is None:
            raise
        problems.append(barred(failure))
    except (Gone, Refused) as failure:
        problems.append(barred(failure))


async def really_gone(
    graph: Graph, memory: Memory, missing: Iterable[str], identifier_of: Callable[[str], str]
) -> tuple[str, ...]:
    """Return the identifiers of what is missing in its list and exists no longer; a few at a time.

    `missing` are the names under which the memory keeps it. Raises NetworkFailure.
    """
    doubtful = [one for one in dict.fromkeys(missing) if one not in memory.there]
    gone: list[str] = []
    for remembered in doubtful[:_CONFIRMED]:
        identifier = identifier_of(remembered)
        try:
            await graph.read(node(identifier), "id")
        except Gone:
            memory.forget(remembered)
            gone.append(identifier)
        except Refused:
            memory.exists(remembered)
        else:
            memory.exists(remembered)
    return tuple(gone)
