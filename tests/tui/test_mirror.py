"""What is written is what the terminal has to show, and no more."""

from __future__ import annotations

import re

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from cminbox.tui.mirror import Mirror

WIDTH, HEIGHT = 30, 4
STYLES = (None, Style(bold=True), Style(color="red"), Style(reverse=True), Style(dim=True, color="cyan"))
TEXTS = st.text(st.sampled_from("ab  é健─…❤"), max_size=20)
PIECES = st.lists(st.tuples(TEXTS, st.sampled_from(STYLES)), max_size=4)
FRAMES = st.lists(st.lists(PIECES, min_size=HEIGHT, max_size=HEIGHT), min_size=1, max_size=5)


def strip_of(pieces: list[tuple[str, Style | None]]) -> Strip:
    return Strip([Segment(text, style) for text, style in pieces if text]).adjust_cell_length(WIDTH)


def frame(strips: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in strips], Region(0, 0, WIDTH, len(strips)))


def text_frame(*lines: str) -> LayoutUpdate:
    return frame([strip_of([(line, None)]) for line in lines])


class Shown:
    """A terminal that shows what is fed to it."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.screen.reset_mode(pyte.modes.DECAWM)
        self._stream = pyte.Stream(self.screen)

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    def cells(self) -> list[list[tuple[object, ...]]]:
        buffer = self.screen.buffer
        return [
            [(cell.data, cell.fg, cell.bold, cell.reverse) for cell in (buffer[y][x] for x in range(WIDTH))]
            for y in range(HEIGHT)
        ]


@given(FRAMES)
def test_after_any_frames_the_terminal_shows_the_last_one_as_if_drawn_alone(
    frames: list[list[list[tuple[str, Style | None]]]],
) -> None:
    mirror, diffed = Mirror(ColorSystem.STANDARD), Shown()
    for pieces in frames:
        diffed.feed(mirror.draw(frame([strip_of(line) for line in pieces]), WIDTH, HEIGHT) or "")
    alone = Shown()
    alone.feed(Mirror(ColorSystem.STANDARD).draw(frame([strip_of(line) for line in frames[-1]]), WIDTH, HEIGHT) or "")
    assert diffed.cells() == alone.cells()
    assert diffed.screen.display[0].rstrip() == strip_of(frames[-1][0]).text.rstrip()


def test_a_frame_that_shows_the_same_writes_nothing() -> None:
    mirror = Mirror(ColorSystem.STANDARD)
    mirror.draw(text_frame("one", "two"), WIDTH, HEIGHT)
    assert mirror.draw(text_frame("one", "two"), WIDTH, HEIGHT) == ""


def test_one_character_that_changes_costs_a_move_and_that_character() -> None:
    mirror = Mirror(ColorSystem.STANDARD)
    mirror.draw(text_frame("due in 0:31"), WIDTH, HEIGHT)
    assert mirror.draw(text_frame("due in 0:30"), WIDTH, HEIGHT) == "\x1b[1;11H0"


def test_a_shorter_text_is_erased_to_the_edge() -> None:
    mirror = Mirror(ColorSystem.STANDARD)
    mirror.draw(text_frame("a rather long line of text"), WIDTH, HEIGHT)
    assert mirror.draw(text_frame("a"), WIDTH, HEIGHT) == "\x1b[1;3H\x1b[K"


def test_everything_is_written_again_after_it_was_forgotten() -> None:
    mirror = Mirror(ColorSystem.STANDARD)
    first = mirror.draw(text_frame("one"), WIDTH, HEIGHT)
    mirror.forget()
    assert mirror.draw(text_frame("one"), WIDTH, HEIGHT) == first


def test_another_width_is_another_terminal() -> None:
    mirror = Mirror(ColorSystem.STANDARD)
    mirror.draw(text_frame("one"), WIDTH, HEIGHT)
    assert mirror.draw(text_frame("one"), WIDTH + 1, HEIGHT) != ""


def test_right_of_a_cluster_whose_width_is_disputed_all_is_written_again() -> None:
    mirror = Mirror(ColorSystem.STANDARD)
    mirror.draw(text_frame("ok ❤️ one two three"), WIDTH, HEIGHT)
    written = mirror.draw(text_frame("ok ❤️ one two four"), WIDTH, HEIGHT) or ""
    assert written.startswith("\x1b[1;4H  \x1b[4G❤️\x1b[6G one two four")


def test_whatever_a_terminal_thinks_of_a_cluster_the_next_character_stands_in_its_column() -> None:
    for text in ("हि|", "👍🏽|", "🪿|", "1️⃣|"):
        written = Mirror(ColorSystem.STANDARD).draw(text_frame(text), WIDTH, HEIGHT) or ""
        cells = cell_len(text[:-1])
        assert f"\x1b[{cells + 1}G|" in written
    for text in ("é|", "健|", "ä|"):
        assert f"{text}" in (Mirror(ColorSystem.STANDARD).draw(text_frame(text), WIDTH, HEIGHT) or "")


def test_left_of_such_a_cluster_nothing_is_left_over() -> None:
    mirror, shown = Mirror(ColorSystem.TRUECOLOR), Shown()
    for text in ("abcdef e\u0301 ghi", "the whole line is another"):
        shown.feed(mirror.draw(text_frame(text), WIDTH, HEIGHT) or "")
    assert "".join(str(cell[0]) for cell in shown.cells()[0]).rstrip() == "the whole line is another"


def test_a_span_of_a_line_is_drawn_where_it_stands() -> None:
    mirror, shown = Mirror(ColorSystem.STANDARD), Shown()
    shown.feed(mirror.draw(text_frame("left  right", "below"), WIDTH, HEIGHT) or "")
    chops: list[dict[int, Strip | None]] = [{0: strip_of([("left  RIGHT", None)])}, {0: None}]
    update = ChopsUpdate(chops, [(0, 0, WIDTH)], [[WIDTH], [WIDTH]])
    shown.feed(mirror.draw(update, WIDTH, HEIGHT) or "")
    assert [line.rstrip() for line in shown.screen.display[:2]] == ["left  RIGHT", "below"]


def test_without_colour_only_bold_underline_and_reverse_are_written() -> None:
    style = Style(color="red", bgcolor="blue", bold=True, dim=True, italic=True, underline=True, reverse=True)
    written = Mirror(None).draw(frame([strip_of([("text", style)])]), WIDTH, HEIGHT) or ""
    assert re.findall(r"\x1b\[([0-9;]*)m", written) == ["1;4;7", "0"]


def test_where_there_is_no_unicode_every_sign_is_ascii() -> None:
    written = Mirror(ColorSystem.STANDARD, unicode=False).draw(text_frame("é · ─ 健 ❤️ “x”…"), WIDTH, HEIGHT) or ""
    assert written.isascii()
    assert "e . - " in written


def test_the_last_border_lets_no_control_character_through() -> None:
    bad = "a\x1b]0;x\x07b\x9bc\u202ed\x7fe\x00f"
    written = Mirror(ColorSystem.STANDARD).draw(frame([Strip([Segment(bad)])]), WIDTH, HEIGHT) or ""
    assert re.sub(r"\x1b\[[0-9;]*[GHmK]", "", written).isprintable()


def test_a_frame_of_another_size_writes_nothing_outside_of_the_terminal() -> None:
    mirror = Mirror(ColorSystem.STANDARD)
    mirror.draw(text_frame("one", "two"), 2, 1)
    written = mirror.draw(text_frame("other", "two"), 2, 1)
    assert written == "\x1b[1;2Ht"
