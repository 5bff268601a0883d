"""Colours repeat what signs and words say, can be read on their background, and are those that the terminal has."""

from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem
from rich.style import Style

from cminbox.tui.ink import Ink
from cminbox.tui.mirror import in_ascii
from cminbox.tui.themes import (
    ANSI,
    CVD,
    CVD_LIGHT,
    DARK,
    HIGH_CONTRAST,
    HIGH_CONTRAST_LIGHT,
    LIGHT,
    NAMES,
    Paint,
    Theme,
    chosen,
)
from cminbox.tui.widgets.queue_list import FLAG, MARK
from cminbox.tui.wording import State

DARK_GROUND, LIGHT_GROUND = (0x12, 0x12, 0x12), (0xFF, 0xFF, 0xFF)
READABLE, EASY = 4.5, 7.0
DESIGNED = [DARK, LIGHT, HIGH_CONTRAST, HIGH_CONTRAST_LIGHT, CVD, CVD_LIGHT]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Return how well one colour is read on another, from 1 to 21, as the guidelines for the web count it."""

    def light(colour: tuple[int, int, int]) -> float:
        parts = [part / 255 for part in colour]
        red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", DESIGNED, ids=lambda theme: theme.label)
def test_every_colour_can_be_read_on_its_background(theme: Theme) -> None:
    assert theme.many is not None
    ground = LIGHT_GROUND if theme.light else DARK_GROUND
    least = READABLE if theme.faints else EASY
    faint = () if theme.faint is None else (theme.faint,)
    found = {number: contrast(Color.from_ansi(number).get_truecolor(), ground) for number in theme.many + faint}
    assert {number: value for number, value in found.items() if value < least} == {}
    assert len(set(theme.many)) == len(theme.many)


def test_every_state_has_a_sign_of_its_own_in_ascii_too() -> None:
    signs = [state.sign for state in State]
    assert len(set(signs)) == len(signs)
    assert len({in_ascii(sign) for sign in signs}) == len(signs)
    assert in_ascii(MARK) != in_ascii(FLAG)


def test_all_is_said_without_colour() -> None:
    paint = Paint(None, CVD)
    codes = {code for ink in Ink for code in paint.sgr(ink.style).split(";")}
    assert codes <= {"", "1", "4", "7"}


@pytest.mark.parametrize(
    ("colours", "written"),
    [(ColorSystem.STANDARD, "93"), (ColorSystem.EIGHT_BIT, "38;5;221"), (ColorSystem.TRUECOLOR, "38;2;255;215;95")],
)
def test_a_theme_is_written_in_the_colours_that_the_terminal_has(colours: ColorSystem, written: str) -> None:
    assert Paint(colours, DARK).sgr(Style(color="yellow")) == written
    assert Paint(colours, ANSI).sgr(Style(color="yellow")) == "33"


def test_what_matters_less_is_grey_or_faint_or_as_strong_as_all_else() -> None:
    faint = Style(dim=True)
    assert Paint(ColorSystem.EIGHT_BIT, DARK).sgr(faint) == "38;5;246"
    assert Paint(ColorSystem.STANDARD, DARK).sgr(faint) == "2"
    assert Paint(ColorSystem.TRUECOLOR, ANSI).sgr(faint) == "2"
    assert Paint(ColorSystem.EIGHT_BIT, HIGH_CONTRAST).sgr(faint) == ""


@pytest.mark.parametrize(
    ("name", "colours", "told", "theme"),
    [
        ("auto", ColorSystem.EIGHT_BIT, None, ANSI),
        ("auto", ColorSystem.EIGHT_BIT, "15;0", DARK),
        ("auto", ColorSystem.TRUECOLOR, "0;default;15", LIGHT),
        ("auto", ColorSystem.STANDARD, "0;15", ANSI),
        ("auto", ColorSystem.EIGHT_BIT, "default;default", ANSI),
        ("light", ColorSystem.EIGHT_BIT, None, LIGHT),
        ("cvd", ColorSystem.EIGHT_BIT, None, CVD),
        ("cvd", ColorSystem.EIGHT_BIT, "0;15", CVD_LIGHT),
        ("high-contrast", ColorSystem.TRUECOLOR, "0;15", HIGH_CONTRAST_LIGHT),
    ],
)
def test_a_theme_suits_the_background_that_the_terminal_tells(
    name: str, colours: ColorSystem, told: str | None, theme: Theme
) -> None:
    assert name in NAMES
    assert chosen(name, colours, {} if told is None else {"COLORFGBG": told}) == theme
