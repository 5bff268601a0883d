"""Which policy holds for a conversation: an ordered list, and the first whose conditions all fit wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cminbox.domain.conversation import Priority
from cminbox.domain.message import Kind
from cminbox.domain.saying import say
from cminbox.domain.value import dataclass
from cminbox.sla import forms
from cminbox.sla.faults import FormError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cminbox.sla.calendar import Calendar
    from cminbox.sla.events import Policy

_LOWEST_RATING, _HIGHEST_RATING = 1, 5


@dataclass(frozen=True, slots=True)
class Facts:
    """What policies look at in a conversation. Its language and rating are those of the message that opened it."""

    network: str
    account: str
    kind: str
    tags: frozenset[str] = frozenset()
    priority: str = Priority.NORMAL.value
    language: str = ""
    person: str = ""
    """The author's handle, without @."""
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What has to fit: each kind of condition by one of its values. No conditions fit everything."""

    values: Mapping[str, frozenset[str]]

    def fit(self, facts: Facts) -> bool:
        """Whether a conversation has one of the values of every condition."""
        return all(not wanted.isdisjoint(_OF_FACTS[name](facts)) for name, wanted in self.values.items())

    @property
    def needs(self) -> frozenset[str]:
        """The names of the facts that are looked at."""
        return frozenset(self.values)


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy with its name and the conditions under which it holds."""

    name: str
    conditions: Conditions
    policy: Policy


def first(rules: Sequence[Rule], facts: Facts) -> int | None:
    """Return the index of the first rule that fits, None when none does."""
    return next((index for index, rule in enumerate(rules) if rule.conditions.fit(facts)), None)


def rule(definition: object, calendar: Calendar | None) -> Rule:
    """Return a rule from plain values; its schedule was read by the caller. Raises FormError."""
    table = forms.mapping(definition, "policy")
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise FormError(say("A policy needs a “name”"))
    return Rule(name, conditions(table.get("match") or {}), forms.policy(table, calendar))


def conditions(value: object) -> Conditions:
    """Return conditions from plain values: lists, or single values, by their names. Raises FormError."""
    found: dict[str, frozenset[str]] = {}
    for name, wanted in forms.mapping(value, "match").items():
        if name not in _OF_FACTS:
            raise FormError(
                say("“match” knows no {value}; there are {names}", value=forms.shown(name), names=", ".join(_OF_FACTS))
            )
        many = wanted if isinstance(wanted, list | tuple) else [wanted]
        if not many:
            raise FormError(say("“match.{name}” is empty, so nothing can fit", name=name))
        found[name] = frozenset(_value(name, one) for one in many)
    return Conditions(found)


def _value(name: str, value: object) -> str:
    if name == "rating":
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not _LOWEST_RATING <= int(str(value)) <= _HIGHEST_RATING:
            raise FormError(say("“match.rating” is no number from 1 to 5: {value}", value=forms.shown(value)))
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise FormError(say("“match.{name}” is no text: {value}", name=name, value=forms.shown(value)))
    word = value.strip().removeprefix("@" if name == "person" else "").lower()
    allowed = _ALLOWED.get(name)
    if allowed is not None and word not in allowed:
        raise FormError(
            say(
                "“match.{name}” cannot be {value}; there are {known}",
                name=name,
                value=forms.shown(value),
                known=", ".join(allowed),
            )
        )
    return word


def _languages(facts: Facts) -> set[str]:
    """Return a language with and without its country: `fr-CA` is also `fr`."""
    tag = facts.language.lower()
    return {tag, tag.partition("-")[0]} if tag else set()


_OF_FACTS: Mapping[str, Callable[[Facts], set[str] | frozenset[str]]] = {
    "network": lambda facts: {facts.network.lower()},
    "account": lambda facts: {facts.account.lower()},
    "kind": lambda facts: {facts.kind},
    "tag": lambda facts: facts.tags,
    "priority": lambda facts: {facts.priority},
    "language": _languages,
    "person": lambda facts: {facts.person.lower()},
    "rating": lambda facts: set() if facts.rating is None else {str(facts.rating)},
}
_ALLOWED: Mapping[str, tuple[str, ...]] = {"kind": tuple(Kind), "priority": tuple(Priority)}
