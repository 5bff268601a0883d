"""Which keys do what: the registry's, a person's own in their place, and what is wrong with those."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from cminbox.domain.saying import say
from cminbox.domain.text import safe
from cminbox.domain.value import dataclass
from cminbox.tui.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cminbox.domain.saying import Saying
    from cminbox.tui.actions import Action, Fact, Place

_NAMED = frozenset(
    (
        *("enter", "escape", "space", "tab", "shift+tab", "backspace", "delete", "insert", "up", "down", "left"),
        *("right", "home", "end", "pageup", "pagedown", *(f"f{number}" for number in range(1, 13))),
    )
)
_TAKEN = frozenset(f"ctrl+{letter}" for letter in "chimqsz")
"""What ends, stops or suspends programs, or cannot be told from another key; see the guide."""
_SHOWN = 40


@dataclass(frozen=True, slots=True, eq=False)
class Keymap:
    """Which keys do what, with a person's own keys in the place of the registry's."""

    actions: tuple[Action, ...] = ACTIONS
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)
    """Which key is meant by a sign that no action has."""
    _by_key: dict[Place, dict[str, list[Action]]] = field(default_factory=dict)

    def keys(self, action: Action) -> tuple[str, ...]:
        """Return the keys of an action, the one to show first."""
        return self.own.get(action.id, action.keys)

    def meant(self, begun: str, key: str, place: Place) -> str:
        """Return a chord with one more key: as typed where that means something, else as its layout means it."""
        typed = f"{begun} {key}".strip()
        if key not in self.signs or self.starts(typed, place) or self._bound(typed, place):
            return typed
        return f"{begun} {self.signs[key]}".strip()

    def _bound(self, typed: str, place: Place) -> bool:
        return typed in self._bound_in(place)

    def _bound_in(self, place: Place) -> Mapping[str, Sequence[Action]]:
        """Return the actions of a place by each of their keys; found once, for it is asked with every key."""
        known = self._by_key.get(place)
        if known is None:
            known = self._by_key[place] = {}
            for one in self.actions:
                if place in one.places:
                    for key in dict.fromkeys(self.keys(one)):
                        known.setdefault(key, []).append(one)
        return known

    def find(self, typed: str, place: Place, facts: frozenset[Fact]) -> Action | None:
        """Return what the typed keys do here and now."""
        return next((one for one in self._bound_in(place).get(typed, ()) if one.needs <= facts), None)

    def starts(self, typed: str, place: Place, facts: frozenset[Fact] = frozenset()) -> list[tuple[str, Action]]:
        """Return the chords that begin with the typed keys, each with what is still to be typed.

        What is not offered, as the facts are, is left out.
        """
        start = f"{typed} "
        return [
            (key.removeprefix(start), one)
            for one in self.actions
            if place in one.places and one.offered(facts)
            for key in self.keys(one)
            if key.startswith(start)
        ]

    def valid(self, place: Place, facts: frozenset[Fact]) -> list[Action]:
        """Return what can be done here and now, in the order of the registry."""
        return [one for one in self.actions if one.valid(place, facts) and self.keys(one)]

    def doable(self, place: Place, facts: frozenset[Fact]) -> list[Action]:
        """Return what can be done here and now, with a key or without."""
        return [one for one in self.actions if one.valid(place, facts)]

    def faults(self) -> list[Saying]:
        """Return what is wrong with a person's own keys: unknown actions, keys that are none, keys that are taken."""
        return [*self._unknown(), *self._untypable(), *self._clashes()]

    def _unknown(self) -> Iterator[Saying]:
        known = {one.id for one in self.actions}
        for name in self.own:
            if name in known:
                continue
            from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

            near = get_close_matches(name, sorted(known), n=1)
            shown = safe(name, limit=_SHOWN)
            if near:
                yield say("[keys]: there is no action “{action}”; did you mean “{near}”?", action=shown, near=near[0])
            else:
                yield say("[keys]: there is no action “{action}”; cminbox guide keys lists them", action=shown)

    def _untypable(self) -> Iterator[Saying]:
        for name, keys in self.own.items():
            for key in keys:
                part = next((part for part in key.split(" ") if not typable(part)), None)
                if part is not None:
                    yield say(
                        "[keys]: “{key}” of {action} is no key that reaches cminbox",
                        key=safe(part, limit=_SHOWN),
                        action=safe(name, limit=_SHOWN),
                    )

    def _clashes(self) -> Iterator[Saying]:
        for index, one in enumerate(self.actions):
            for other in self.actions[index + 1 :]:
                if not one.places & other.places or (one.id not in self.own and other.id not in self.own):
                    continue
                for key in self.keys(one):
                    if self._taken(key, one, other):
                        yield say(
                            "[keys]: {key} means {action} and {other}; the first one counts",
                            key=safe(key, limit=_SHOWN),
                            action=one.id,
                            other=other.id,
                        )

    def _taken(self, key: str, one: Action, other: Action) -> bool:
        """Whether two actions want a key, unless both have it by themselves and are told apart by what they need."""
        if key in one.keys and key in other.keys:
            return False
        return any(
            key == theirs or theirs.startswith(f"{key} ") or key.startswith(f"{theirs} ") for theirs in self.keys(other)
        )


def typable(key: str) -> bool:
    """Whether a terminal can send a key, and nothing between it and us takes it away."""
    if len(key) == 1:
        return key.isprintable() and not key.isspace()
    control = key.removeprefix("ctrl+")
    if len(control) == 1 and key != control:
        return control.isascii() and control.islower() and key not in _TAKEN
    return key in _NAMED
