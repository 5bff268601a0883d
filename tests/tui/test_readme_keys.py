"""The README's table of keys, held against what the keys do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cminbox.domain.grammar import parse_filter
from cminbox.tui.actions import ACTIONS, Place
from cminbox.tui.keymap import Keymap
from cminbox.tui.wording import key_name

README = Path(__file__).resolve().parents[2] / "README.md"
QUOTED = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[str, str]]:
    """Return the cells of the table: keys, and what they do."""
    loop = README.read_text(encoding="utf-8").partition("## The daily loop")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ", 1) for line in loop.splitlines() if line.startswith("| `")]
    return [(keys, does) for keys, does in lines]


def chords(cell: str) -> list[str]:
    """Return every key of a cell as it is shown; `d` then `h` `b` are two chords, `g` and a letter is `g` alone."""
    found: list[str] = []
    for group in re.split(r", (?=`)", cell):
        first, then, rest = group.partition(" then ")
        starts = QUOTED.findall(first)
        found += [f"{starts[0]} {key}" for key in QUOTED.findall(rest)] if then else starts
    return found


def shown(place: Place) -> set[str]:
    """Return every key of a place as it is shown, and how each chord begins."""
    keys = {key_name(key) for one in ACTIONS if place in one.places for key in Keymap().keys(one)}
    return keys | {key.partition(" ")[0] for key in keys}


def test_the_table_is_found() -> None:
    keys = [key for cell, _does in rows() for key in chords(cell)]
    assert {"j", "k", "r", "z t", "d h", "d r", "g", "Tab", ",", "?"} <= set(keys)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("cell", [cell for cell, _does in rows()])
def test_every_key_of_the_table_does_something_in_the_queue(cell: str) -> None:
    assert set(chords(cell)) <= shown(Place.QUEUE)


def test_every_key_that_the_row_of_the_reply_names_works_in_the_composer() -> None:
    does = dict(rows())["`r`"]
    named = QUOTED.findall(does)
    assert named
    assert set(named) <= shown(Place.COMPOSER)


@pytest.mark.parametrize(("start", "words"), [("d", ("hide", "delete", "block", "report", "mute"))])
def test_a_row_names_what_its_chords_do_in_their_order(start: str, words: tuple[str, ...]) -> None:
    (cell, does) = next((cell, does) for cell, does in rows() if f"`{start}` then" in cell)
    keys = [key for key in chords(cell) if key.startswith(f"{start} ")]
    assert tuple(one.id for key in keys for one in ACTIONS if key in one.keys and Place.QUEUE in one.places) == words
    assert does.endswith(", ".join(words))


def test_the_filter_that_the_table_shows_is_one() -> None:
    (example,) = QUOTED.findall(dict(rows())["`/`"])
    assert parse_filter(example).words == ("parcel",)
