"""Which conversations a view or a search shows, as a value: the grammar `net:ma kind:dm is:late @ana word` parsed."""

from __future__ import annotations

import shlex
from dataclasses import field, replace

from cminbox.domain.conversation import Status
from cminbox.domain.message import Kind
from cminbox.domain.problem import UsageProblem
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass

_FLAGS = ("late", "mine", "free", "all", *(status.value for status in Status))


MOST_TERMS = 50
"""Nobody types more; a database cannot look for a thousand conditions at once."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A conjunction of conditions; empty fields hold for everything. `status` None means the queue itself."""

    networks: tuple[str, ...] = ()
    """Names of networks, or their beginnings."""
    accounts: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    people: tuple[str, ...] = ()
    """Parts of handles or names."""
    tags: tuple[str, ...] = ()
    late: bool = False
    mine: bool = False
    ids: tuple[int, ...] = ()
    """Numbers of conversations; nobody types them, figures are opened with them."""
    free: bool = False
    """Assigned to nobody."""
    everything: bool = False
    """Not only what waits in the queue."""
    status: Status | None = None
    words: tuple[str, ...] = field(default=())

    @property
    def selective(self) -> bool:
        """Whether anything beyond the plain queue is asked for."""
        return self != Filter()


def parse_filter(text: str) -> Filter:
    """Return the filter that a person typed. Raises UsageProblem naming the word that is not understood."""
    found = Filter()
    terms = _terms(text)
    if len(terms) > MOST_TERMS:
        raise UsageProblem(
            say("A filter has at most {most} words; this one has {count}", most=MOST_TERMS, count=len(terms))
        )
    for term in terms:
        name, colon, value = term.partition(":")
        if term.startswith("@") and len(term) > 1:
            found = replace(found, people=(*found.people, term[1:]))
        elif colon and value and name in {"net", "account", "kind", "from", "tag", "is"}:
            found = _with(found, name, value)
        else:
            found = replace(found, words=(*found.words, term))
    return found


def _terms(text: str) -> list[str]:
    try:
        return shlex.split(text, posix=True)
    except ValueError:
        # An open quote or a lone backslash is what a person is still typing.
        return text.split()


def _with(found: Filter, name: str, value: str) -> Filter:
    match name:
        case "net":
            return replace(found, networks=(*found.networks, value.lower()))
        case "account":
            return replace(found, accounts=(*found.accounts, value))
        case "from":
            return replace(found, people=(*found.people, value.removeprefix("@")))
        case "tag":
            return replace(found, tags=(*found.tags, value.lower()))
        case "kind":
            return replace(found, kinds=(*found.kinds, _kind(value)))
        case _:
            return _flag(found, value)


def _kind(value: str) -> Kind:
    try:
        return Kind(value.lower())
    except ValueError:
        kinds = ", ".join(kind.value for kind in Kind)
        raise UsageProblem(say("kind:{value} is none of {kinds}", value=value, kinds=kinds)) from None


def _flag(found: Filter, value: str) -> Filter:
    match value.lower():
        case "late":
            return replace(found, late=True)
        case "mine":
            return replace(found, mine=True)
        case "free":
            return replace(found, free=True)
        case "all":
            return replace(found, everything=True)
        case other if other in _FLAGS:
            return replace(found, status=Status(other))
        case _:
            raise UsageProblem(say("is:{value} is none of {flags}", value=value, flags=", ".join(_FLAGS)))
