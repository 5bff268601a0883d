"""The border between text and terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cminbox.domain.text import safe
from cminbox.tui import ink
from cminbox.tui.ink import Ink, Line, cells, cut, wrapped

HOSTILE = ["\x1b]52;c;YQ==\x07", "\x9b31m", "a\x00b", "\u202egnp.exe", "\x7f", "\u200bx", "\udc80", "\U000e0041"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_steers_a_terminal_stays_on_a_line(text: str) -> None:
    line = Line(text).column(text, 20).add(text, Ink.LATE)
    assert str(line).isprintable()


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_column_is_exactly_as_wide_as_asked(text: str, width: int) -> None:
    line = Line().column(text, width)
    assert line.width == width == cell_len(str(line))


@given(st.text(max_size=200), st.integers(4, 60))
def test_wrapped_lines_fit_and_keep_every_visible_letter(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(line.width <= width for line in lines)
    kept = "".join("".join(str(line) for line in lines).split())
    assert kept == "".join(safe(text, lines=True).split())


def test_a_wrapped_text_breaks_at_blanks_and_keeps_its_own_line_ends() -> None:
    assert [str(line) for line in wrapped("one two three\n\nfour", 8)] == ["one two", "three", "", "four"]


@pytest.mark.parametrize("unit", ["a", "卍", "e\u0301\u0301\u0301", "\U0001f468\u200d\U0001f469"])
def test_the_work_of_wrapping_one_endless_word_grows_with_its_length_alone(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = 0

    def count(text: str) -> int:
        nonlocal measured
        measured += len(text)
        return cell_len(text)

    monkeypatch.setattr(ink, "cell_len", count)
    word = unit * 5_000
    assert "".join(map(str, wrapped(word, 40))) == word
    assert measured < 40 * len(word)


def test_what_is_cut_shows_an_ellipsis() -> None:
    assert cut("order status", 8) == "order s…"
    assert cut("order", 8) == "order"


def test_a_strip_is_as_wide_as_the_widget_whatever_the_line_holds() -> None:
    assert Line("short").strip(10).cell_length == 10
    assert Line("much too long for it").strip(10).cell_length == 10
    assert Line("ok").strip(6, marked=True).cell_length == 6


def test_the_chosen_line_is_reversed_to_its_end() -> None:
    strip = Line("ab", Ink.LATE).strip(6, marked=True)
    assert all(segment.style is not None and segment.style.reverse for segment in strip)


def test_two_lines_are_equal_when_they_look_the_same() -> None:
    assert Line("a", Ink.LATE) == Line("a", Ink.LATE)
    assert Line("a", Ink.LATE) != Line("a")
    with pytest.raises(TypeError):
        hash(Line("a"))


def test_filling_and_joining_keep_the_width() -> None:
    line = Line("ab").fill(5, character="-").join(Line("c"))
    assert (str(line), line.width) == ("ab---c", 6)
    assert cells("健二") == 4


def test_what_is_too_long_keeps_what_is_said_of_a_path_and_gives_way_at_its_end() -> None:
    said = "/srv/care/brands/the-very-long-name-of-one/inbox.sqlite3 is locked by another program; try again"
    assert str(Line(said).within(80)) == "…of-one/inbox.sqlite3 is locked by another program; try again"
    assert str(Line("a b " * 30).within(10)) == "a b a b a…"
    whole = "/srv/care/brands/one/inbox.sqlite3 is locked by another program; try again when it has finished"
    assert str(Line(whole).within(80)) == whole.removeprefix("/srv/care/brands/one/")
    short = Line("short", Ink.LATE)
    assert short.within(80) is short
