"""What the colours of `ink` become on a terminal: themes for every background, for strong contrast, for all eyes.

A colour stands for one of five meanings and never says anything that a letter, a sign or a word does not say as well.
Every theme was chosen among the 256 colours that terminals over SSH have; where there are more, the same ones are
written exactly, and where there are sixteen, the terminal's own come closest. No theme paints a background.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from rich.color import Color, ColorSystem

from cminbox.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.style import Style

_ATTRIBUTES = (("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("reverse", "7"), ("strike", "9"))
_WITHOUT_COLOUR = frozenset({"bold", "underline", "reverse"})
_BRIGHT = 8
AUTOMATIC = "auto"


class Meaning(IntEnum):
    """What a colour of `ink` stands for; the value is the number of the terminal's own colour that says so."""

    ALARM = 1
    CALM = 2
    SOON = 3
    NOTE = 5
    OURS = 6


Colours = tuple[int, int, int, int, int]
"""The number of the colour for alarm, soon, calm, ours and note."""
_ORDER = (Meaning.ALARM, Meaning.SOON, Meaning.CALM, Meaning.OURS, Meaning.NOTE)


class Theme(NamedTuple):
    """A choice of colours. `many` are numbers of the 256, `few` of the terminal's own sixteen.

    `faint` is the colour of what matters less, one of the 256; None leaves it to the terminal's faint letters.
    `faints` is False where everything is to be read equally well.
    """

    label: str
    many: Colours | None = None
    few: Colours = (1, 3, 2, 6, 5)
    faint: int | None = None
    faints: bool = True
    light: bool = False


ANSI = Theme(N_("the terminal's own colours"))
DARK = Theme(N_("dark background"), (210, 221, 114, 80, 177), (9, 11, 10, 14, 13), 246)
LIGHT = Theme(N_("light background"), (160, 94, 28, 24, 127), (1, 5, 2, 4, 5), 242, light=True)
HIGH_CONTRAST = Theme(N_("high contrast"), (217, 229, 157, 159, 225), (15, 11, 10, 14, 13), faints=False)
HIGH_CONTRAST_LIGHT = Theme(N_("high contrast"), (88, 16, 22, 23, 53), (1, 5, 2, 4, 5), faints=False, light=True)
CVD = Theme(N_("for colour-blind eyes"), (166, 221, 35, 74, 175), (3, 11, 14, 12, 13), 246)
CVD_LIGHT = Theme(N_("for colour-blind eyes"), (130, 58, 23, 25, 90), (1, 5, 6, 4, 5), 242, light=True)
"""Okabe and Ito's colours: vermilion, yellow, bluish green, sky blue, reddish purple; darker ones on light ground."""
THEMES: Mapping[str, Theme] = {
    "ansi": ANSI,
    "dark": DARK,
    "light": LIGHT,
    "high-contrast": HIGH_CONTRAST,
    "cvd": CVD,
}
NAMES = (AUTOMATIC, *THEMES)
_ON_LIGHT = {"dark": DARK, "high-contrast": HIGH_CONTRAST_LIGHT, "cvd": CVD_LIGHT}


def chosen(name: str, colours: ColorSystem | None, environ: Mapping[str, str]) -> Theme:
    """Return the theme of that name as it suits the terminal.

    Some terminals tell their background in COLORFGBG. By itself only such a one gets colours that need a dark or a
    light background; all others keep their own colours, which fit whatever lies behind them.
    """
    light = _light(environ)
    if name == AUTOMATIC:
        many = colours in {ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR}
        return ANSI if light is None or not many else LIGHT if light else DARK
    theme = THEMES.get(name, ANSI)
    return _ON_LIGHT.get(name, theme) if light else theme


def _light(environ: Mapping[str, str]) -> bool | None:
    """Return whether the background is light, None where the terminal does not tell."""
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return int(background) in {7, 15} if background.isdecimal() and background.isascii() else None


class Paint:
    """Writes styles in the colours of a theme. `colours` is None where no colour may be written."""

    def __init__(self, colours: ColorSystem | None, theme: Theme = ANSI) -> None:
        self.colours = colours
        self.theme = theme
        self._known: dict[Style, str] = {}

    def sgr(self, style: Style) -> str:
        """Return the parameters of the sequence that sets a style, empty for plain text."""
        found = self._known.get(style)
        if found is None:
            if len(self._known) > _MOST_STYLES:
                self._known.clear()
            found = self._known[style] = self._sgr(style)
        return found

    def _sgr(self, style: Style) -> str:
        names = [code for name, code in _ATTRIBUTES if getattr(style, name) and self._writes(name)]
        if self.colours is None:
            return ";".join(names)
        faint = style.dim and self.theme.faints and self._faint_colour()
        names += [faint] if faint and style.color is None else self._colour(style.color, foreground=True)
        return ";".join(names + self._colour(style.bgcolor, foreground=False))

    def _writes(self, attribute: str) -> bool:
        if self.colours is None:
            return attribute in _WITHOUT_COLOUR
        return attribute != "dim" or (self.theme.faints and not self._faint_colour())

    def _faint_colour(self) -> str:
        few = self.colours in {ColorSystem.STANDARD, ColorSystem.WINDOWS}
        return "" if self.theme.faint is None or few else self._one_of_many(self.theme.faint, 38)

    def _colour(self, colour: Color | None, *, foreground: bool) -> list[str]:
        if colour is None or colour.is_default or self.colours is None:
            return []
        number = colour.number
        if number in _MEANINGS and colour.triplet is None:
            return [self._meaning(_ORDER.index(Meaning(number)), foreground=foreground)]
        return list(colour.downgrade(self.colours).get_ansi_codes(foreground=foreground))

    def _meaning(self, place: int, *, foreground: bool) -> str:
        few = self.colours in {ColorSystem.STANDARD, ColorSystem.WINDOWS}
        if self.theme.many is not None and not few:
            return self._one_of_many(self.theme.many[place], 38 if foreground else 48)
        number = self.theme.few[place]
        bright = number >= _BRIGHT
        return str((90 if bright else 30) + (0 if foreground else 10) + number % _BRIGHT)

    def _one_of_many(self, number: int, kind: int) -> str:
        if self.colours is ColorSystem.TRUECOLOR:
            return f"{kind};2;" + ";".join(str(part) for part in Color.from_ansi(number).get_truecolor())
        return f"{kind};5;{number}"


_MEANINGS = frozenset(int(one) for one in Meaning)
_MOST_STYLES = 512
