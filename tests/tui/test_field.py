"""Where one types: what a hand does and what a paste does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given as over
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen

from cminbox.domain.text import safe
from cminbox.tui.harmless import harmless
from cminbox.tui.widgets.field import Field, Hooks

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

START = 1000.0


class Bench(Screen[None]):
    """A screen with one field, which hands it keys that came at given times."""

    def __init__(self, *, one_line: bool = False) -> None:
        super().__init__()
        self.field = Field(one_line=one_line)
        self.sent: list[str] = []
        self.left = 0

    def compose(self) -> ComposeResult:
        yield self.field

    def open(self, text: str = "", caret: int = 0) -> None:
        self.field.open(Hooks(lambda: self.sent.append(self.field.text), self._leave), text, caret, START)

    def _leave(self) -> None:
        self.left += 1

    async def key(self, key: str, at: float) -> None:
        event = events.Key(key, key if len(key) == 1 else "\r" if key == "enter" else None)
        event.time = START + at
        await self.field.typed(event)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async for one in _bench(one_line=False):
        yield one


async def _bench(*, one_line: bool) -> AsyncIterator[Bench]:
    app: App[None] = App()
    async with app.run_test() as pilot:
        bench = Bench(one_line=one_line)
        await app.push_screen(bench)
        bench.open()
        await pilot.pause()
        yield bench


async def settle(bench: Bench) -> None:
    """Let the moment pass in which an Enter waits for more bytes."""
    import asyncio  # noqa: PLC0415 - only here

    await asyncio.sleep(0.06)
    del bench


async def test_enter_sends_what_a_hand_has_typed(bench: Bench) -> None:
    await bench.key("h", 0.5)
    await bench.key("i", 0.6)
    await bench.key("enter", 1.0)
    assert bench.sent == []
    await settle(bench)
    assert bench.sent == ["hi"]


async def test_enter_right_after_opening_does_nothing(bench: Bench) -> None:
    await bench.key("enter", 0.2)
    await settle(bench)
    assert (bench.sent, bench.field.text) == ([], "")


async def test_enter_that_repeats_does_nothing_more(bench: Bench) -> None:
    await bench.key("h", 0.5)
    await bench.key("enter", 0.9)
    await settle(bench)
    await bench.key("enter", 1.1)
    await bench.key("enter", 1.3)
    await settle(bench)
    assert bench.sent == ["h"]


async def test_a_carriage_return_in_a_burst_is_a_new_line(bench: Bench) -> None:
    for number, key in enumerate(["a", "enter", "b", "enter"]):
        await bench.key(key, 1 + number * 0.001)
    await settle(bench)
    assert (bench.sent, bench.field.text) == ([], "a\nb\n")


async def test_a_burst_of_enters_leaves_the_blank_that_is_chosen(bench: Bench) -> None:
    bench.open("it is ⟦status⟧ now", 0)
    bench.field.choose(6, 14)
    for number in range(5):
        await bench.key("enter", 0.001 + number * 0.001)
    await settle(bench)
    assert (bench.sent, bench.field.text) == ([], "it is ⟦status⟧ now")
    await bench.key("s", 1.0)
    assert bench.field.text == "it is s now"
    await bench.key("enter", 1.001)
    assert bench.field.text == "it is s\n now"


async def test_a_burst_of_enters_that_opens_a_field_adds_nothing_to_its_text(bench: Bench) -> None:
    bench.open("Thank you!", 10)
    for number in range(5):
        await bench.key("enter", 0.001 + number * 0.001)
    await settle(bench)
    assert (bench.sent, bench.field.text) == ([], "Thank you!")


async def test_a_carriage_return_at_the_head_of_a_burst_is_a_new_line(bench: Bench) -> None:
    await bench.key("x", 0.5)
    await bench.key("enter", 1.0)
    await bench.key("y", 1.005)
    await settle(bench)
    assert (bench.sent, bench.field.text) == ([], "x\ny")


async def test_a_hand_that_goes_on_after_enter_has_sent_what_was_there(bench: Bench) -> None:
    await bench.key("x", 0.5)
    await bench.key("enter", 1.0)
    await bench.key("y", 1.1)
    assert bench.sent == ["x"]


async def test_a_paste_takes_enter_for_a_new_line(bench: Bench) -> None:
    await bench.key("x", 0.5)
    await bench.key("enter", 1.0)
    bench.field.paste("one\rtwo\r\n")
    await settle(bench)
    assert (bench.sent, bench.field.text) == ([], "x\none\ntwo\n")


async def test_what_has_changed_meanwhile_stops_an_enter(bench: Bench) -> None:
    await bench.key("x", 0.5)
    await bench.key("enter", 1.0)
    bench.field.settle(START + 1.01)
    await settle(bench)
    assert bench.sent == []


async def test_control_j_begins_a_line_and_escape_leaves(bench: Bench) -> None:
    await bench.key("a", 0.5)
    await bench.key("ctrl+j", 0.6)
    await bench.key("b", 0.7)
    await bench.key("escape", 0.9)
    assert (bench.field.text, bench.left) == ("a\nb", 1)


@pytest.mark.parametrize("text", ["\n", " \n\t", "\r\n", "\u00a0", "\u200d"])
async def test_a_paste_of_nothing_to_see_takes_no_place_that_is_to_be_filled_in(bench: Bench, text: str) -> None:
    bench.field.keeps = lambda selected: "<day>" in selected
    bench.open("On <day>!")
    bench.field.choose(3, 8)
    bench.field.paste(text)
    assert bench.field.text.startswith("On <day>")
    assert bench.field.text.endswith("!")
    assert len(bench.field.text) > len("On <day>!")
    assert not bench.field.selected_text


async def test_tab_goes_on_from_a_place_that_is_to_be_filled_in(bench: Bench) -> None:
    went: list[bool] = []

    def go_on() -> bool:
        went.append(True)
        return True

    bench.field.keeps = lambda selected: "<day>" in selected
    bench.field.open(Hooks(lambda: None, lambda: None, more={"tab": go_on}), "On <day>!", 0, START)
    bench.field.choose(3, 8)
    event = events.Key("tab", "\t")
    event.time = START + 0.5
    await bench.field.typed(event)
    assert (went, bench.field.text) == ([True], "On <day>!")


async def test_other_selected_text_gives_way_to_a_new_line(bench: Bench) -> None:
    bench.field.keeps = lambda selected: "<day>" in selected
    bench.open("On <day>!")
    bench.field.choose(0, 2)
    await bench.key("ctrl+j", 0.5)
    assert bench.field.text == "\n <day>!"


async def test_in_one_line_there_is_no_other() -> None:
    async for bench in _bench(one_line=True):
        bench.field.paste("one\ntwo")
        assert bench.field.text == "one two"


@pytest.mark.parametrize(("text", "caret"), [("", 0), ("abc", 2), ("a\nbc\n", 3), ("a\nbc\n", 5)])
async def test_the_caret_is_an_offset_in_the_text(bench: Bench, text: str, caret: int) -> None:
    bench.open(text, caret)
    assert (bench.field.text, bench.field.caret) == (text, caret)


async def test_a_closed_field_takes_nothing(bench: Bench) -> None:
    bench.field.close()
    await bench.key("a", 1.0)
    assert bench.field.text == ""


async def test_joined_emoji_can_be_typed_one_code_point_after_the_other(bench: Bench) -> None:
    for number, key in enumerate("👩\u200d💻"):
        await bench.key(key, 1 + number)
    assert bench.field.text == "👩\u200d💻"


@over(st.text(max_size=80))
def test_what_stands_in_a_field_steers_no_terminal_and_gains_no_stand_ins(text: str) -> None:
    kept = harmless(text)
    assert safe(kept, lines=True) == kept
    assert "\N{REPLACEMENT CHARACTER}" not in kept or "\N{REPLACEMENT CHARACTER}" in text


def test_ordinary_text_stays_as_it_is() -> None:
    text = "Zoé, merci ❤️ !\n健二 “quoted” — مرحبا"
    assert harmless(text) == text
    assert harmless("a\r\nb\tc\x1b[31m\u202ed") == "a\nb c[31md"


async def test_a_text_is_put_at_the_caret_and_what_is_chosen_is_typed_over(bench: Bench) -> None:
    bench.open("before\nafter", 6)
    assert bench.field.put(" one [x]") == 6
    assert bench.field.text == "before one [x]\nafter"
    assert bench.field.caret == 14
    bench.field.choose(11, 14)
    assert bench.field.selected_text == "[x]"
    await bench.key("y", 1.0)
    assert bench.field.text == "before one y\nafter"


async def test_another_key_may_do_more_and_is_text_where_it_does_not(bench: Bench) -> None:
    done: list[str] = []

    def act() -> bool:
        done.append(bench.field.text)
        return not bench.field.text

    bench.field.open(Hooks(lambda: None, lambda: None, more={"/": act}), "", 0, START)
    await bench.key("/", 1.0)
    assert bench.field.text == ""
    await bench.key("x", 2.0)
    await bench.key("/", 3.0)
    assert bench.field.text == "x/"
    assert done == ["", "x"]
    await bench.key("/", 3.001)
    assert bench.field.text == "x//"
    assert done == ["", "x"]


@pytest.mark.parametrize("width", range(8, 30))
async def test_a_no_break_blank_keeps_together_what_stands_around_it(bench: Bench, width: int) -> None:
    text = "Bonjour, le «\u00a0mot\u00a0» coûte 12\u202f000\u00a0€\u00a0! Merci de votre patience, et à demain."
    bench.open(text)
    bench.field.wrapped_document.wrap(width, tab_width=4)
    lines = [section for line in bench.field.wrapped_document.lines for section in line]
    assert "".join(lines) == text
    assert len(lines) > 1
    for line in lines[:-1]:
        assert line.endswith(" ") or len(line.split(" ")[-1]) >= width
    whole = " ".join(lines)
    for unbroken in ("«\u00a0mot\u00a0»", "12\u202f000\u00a0€\u00a0!"):
        assert unbroken in whole or width < len(unbroken) + 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("all of Spain.", "all of "),
        ("all of Spain.  ", "all of "),
        ("write to a@b.example", "write to "),
        ("one", ""),
        ("two\nwords", "two\n"),
    ],
)
async def test_control_w_deletes_back_to_the_blank_as_shells_do(bench: Bench, text: str, left: str) -> None:
    bench.open(text, len(text))
    bench.field.action_delete_word_left()
    assert bench.field.text == left


async def test_control_w_at_the_start_of_a_line_joins_it_to_the_one_above(bench: Bench) -> None:
    bench.open("two\nwords", 4)
    bench.field.action_delete_word_left()
    assert bench.field.text == "twowords"
