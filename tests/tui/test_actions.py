"""The registry of what keys do."""

from __future__ import annotations

import pytest

from cminbox.tui.actions import ACTIONS, Fact, Place
from cminbox.tui.keymap import Keymap

EVERYTHING = frozenset(Fact)
RESERVED = {"ctrl+a", "ctrl+b", "ctrl+s", "ctrl+q", "ctrl+z", "ctrl+c", "ctrl+\\", "ctrl+h", "ctrl+i", "ctrl+m", "~"}


def test_every_action_has_an_id_of_its_own_a_label_and_a_help() -> None:
    assert len({one.id for one in ACTIONS}) == len(ACTIONS)
    assert all(one.label and one.help for one in ACTIONS)


def test_what_has_no_key_can_be_done_from_the_palette_and_given_one() -> None:
    without = [one for one in ACTIONS if not one.keys]
    assert without
    for one in without:
        place = next(iter(one.places))
        assert one in Keymap().doable(place, EVERYTHING)
        assert one not in Keymap().valid(place, EVERYTHING)
        assert Keymap(own={one.id: ("F9",)}).find("F9", place, EVERYTHING) == one


@pytest.mark.parametrize("place", list(Place))
def test_no_key_means_two_things_at_one_place_and_moment(place: Place) -> None:
    keymap = Keymap()
    for action in ACTIONS:
        for key in keymap.keys(action):
            if place in action.places:
                rivals = [one for one in ACTIONS if place in one.places and key in keymap.keys(one) and one != action]
                assert not rivals or rivals[0].needs != action.needs


@pytest.mark.parametrize("place", list(Place))
def test_no_key_hides_a_chord(place: Place) -> None:
    keymap = Keymap()
    here = [key for one in ACTIONS if place in one.places for key in keymap.keys(one)]
    assert not [(key, other) for key in here for other in here if other.startswith(f"{key} ")]


def test_keys_that_terminals_or_multiplexers_take_are_not_bound() -> None:
    bound = {part for one in ACTIONS for key in one.keys for part in key.split(" ")}
    assert not bound & RESERVED
    assert not [key for key in bound if key.startswith(("alt+", "ctrl+shift", "f1"))]


def test_a_key_finds_its_action_only_where_it_applies() -> None:
    keymap = Keymap()
    found = keymap.find("r", Place.QUEUE, EVERYTHING)
    assert found is not None
    assert found.id == "reply"
    assert keymap.find("r", Place.QUEUE, frozenset()) is None
    outbox = keymap.find("r", Place.OUTBOX, EVERYTHING)
    assert outbox is not None
    assert outbox.id == "retry"


def test_a_chord_is_found_by_its_beginning() -> None:
    keymap = Keymap()
    assert {rest for rest, _ in keymap.starts("g", Place.QUEUE)} >= {"i", "m", "d", "c", "v", "l", "s", "o", "a", "g"}
    assert keymap.starts("j", Place.QUEUE) == []


def test_own_keys_take_the_place_of_the_registrys() -> None:
    keymap = Keymap(own={"done": ("D", "ctrl+x")})
    found = keymap.find("D", Place.QUEUE, EVERYTHING)
    assert found is not None
    assert found.id == "done"
    assert keymap.find("e", Place.QUEUE, EVERYTHING) is None


def test_an_action_without_keys_is_unbound() -> None:
    keymap = Keymap(own={"like": ()})
    assert keymap.find("L", Place.QUEUE, EVERYTHING) is None
    assert "like" not in {one.id for one in keymap.valid(Place.QUEUE, EVERYTHING)}


def faults(**own: tuple[str, ...]) -> list[str]:
    return [str(one) for one in Keymap(own=own).faults()]


def test_clashes_and_unknown_actions_of_own_keys_are_named() -> None:
    assert faults() == []
    assert faults(done=("r",)) == ["[keys]: r means reply and done; the first one counts"]
    assert faults(snooze_tomorow=("f9",)) == [
        "[keys]: there is no action “snooze_tomorow”; did you mean “snooze_tomorrow”?"
    ]
    assert faults(qqqq=("f9",)) == ["[keys]: there is no action “qqqq”; cminbox guide keys lists them"]


def test_a_key_that_would_hide_a_chord_is_a_clash() -> None:
    assert any("y means" in one and "copy_text" in one for one in faults(done=("y",)))
    assert any("done" in one and "reply" in one for one in faults(done=("r x",)))


def test_keys_that_no_terminal_sends_are_named() -> None:
    for key in ("ctr+x", "ctrl+c", "ctrl+shift+x", "alt+x", "Enter", "", "g  m"):
        assert any("is no key that reaches" in one for one in faults(save_view=(key,))), key
    for key in ("F", "ctrl+x", "f9", "g x", "backspace", "ñ", "ж"):
        assert faults(save_view=(key,)) == []


def test_two_actions_that_share_a_key_from_the_start_may_keep_it() -> None:
    assert faults(open=("enter", "o")) == []
