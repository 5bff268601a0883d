"""Keyboards on which other signs stand where the registry's keys are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from stage.showing import inbox

from cminbox.domain.conversation import Status
from cminbox.tui.actions import ACTIONS, Place
from cminbox.tui.keymap import Keymap
from cminbox.tui.layouts import LAYOUTS, meanings

if TYPE_CHECKING:
    from stage.showing import Shown

    from cminbox.tui.session import Session

BOUND = {key for one in ACTIONS for keys in one.keys for key in keys.split(" ") if len(key) == 1}


@pytest.mark.parametrize("layout", ["russian", "ukrainian", "greek", "hebrew"])
def test_every_small_letter_of_the_registry_can_be_typed(layout: str) -> None:
    reached = set(LAYOUTS[layout].values())
    letters = {key for key in BOUND if key.isascii() and key.islower()}
    # Two keys of these layouts carry no letter of their own.
    assert letters - reached <= ({"q"} if layout == "greek" else {"w", "q"} if layout == "hebrew" else set())


def test_the_upper_row_of_azerty_gives_digits() -> None:
    assert "".join(meanings("azerty", {})[sign] for sign in "&é\"'(-è_çà") == "1234567890"


def test_no_layout_takes_a_sign_away_that_an_action_has() -> None:
    keymap = Keymap(signs=meanings("auto", {}))
    assert keymap.meant("", "j", Place.QUEUE) == "j"
    assert keymap.meant("z", "&", Place.QUEUE) == "z &"
    assert keymap.meant("", "о", Place.QUEUE) == "j"  # noqa: RUF001 - it is Cyrillic
    assert keymap.meant("п", "п", Place.QUEUE) == "п g"
    bound = Keymap(own={"done": ("ж",)}, signs=meanings("auto", {}))
    assert bound.meant("", "ж", Place.QUEUE) == "ж"


def test_own_signs_win_and_us_knows_none() -> None:
    assert meanings("us", {}) == {}
    assert meanings("us", {"ñ": ";"}) == {"ñ": ";"}
    assert meanings("auto", {"о": "e"})["о"] == "e"  # noqa: RUF001 - it is Cyrillic


async def test_a_verb_and_a_chord_are_typed_in_cyrillic(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("о", "у")  # noqa: RUF001 - these are Cyrillic
        window = inbox(pilot).desk.window
        assert [window[index].row.status for index in range(3)] == [Status.OPEN, Status.DONE, Status.OPEN]
        await pilot.press("п", "д")
        assert inbox(pilot).desk.view.id == "late"


async def test_a_layout_changes_nothing_in_a_text(shown: Shown, given: Session) -> None:
    async with shown(given) as pilot:
        await pilot.press("slash", *"дом")
        field = inbox(pilot).field
        assert field is not None
        assert field.text == "дом"
